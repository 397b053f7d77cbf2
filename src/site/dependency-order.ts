import { BlackstartError } from '../errors.ts'
import type { Asset, Item, Process, Site } from './site.ts'

export interface DependencyStep {
  readonly asset: Asset
  /** What of it is needed, in the order of the file: all its items, unless every need names single ones. */
  readonly items: readonly Item[]
}

/**
 * The assets that the processes need, directly or through others, each once and after everything that it needs itself.
 * Where needs leave the order open: the processes as given, then their needs as the file lists them, the processes among
 * them first. `null` means every process, in the order of the file. Throws `not-found` for a process that the site does not have.
 * The site has no circles (parseSite refuses them).
 */
export function dependencyOrder(site: Site, processIds: readonly string[] | null): DependencyStep[] {
  return createDependencyOrder(site)(processIds)
}

/** As `dependencyOrder`, for many processes of one site. */
export function createDependencyOrder(site: Site): (processIds: readonly string[] | null) => DependencyStep[] {
  const assets = new Map(site.assets.map(asset => [asset.id, asset]))
  const processes = new Map(site.processes.map(process => [process.id, process]))
  return ids => {
    const chosen = ids === null ? site.processes : ids.map(id => processes.get(id) ?? unknownProcess(id))
    return orderOf(neededProcesses(chosen, processes), assets)
  }
}

function orderOf(processes: readonly Process[], assets: ReadonlyMap<string, Asset>): DependencyStep[] {
  const wanted = wantedItems(processes)
  const direct = [...wanted.keys()].flatMap(id => assets.get(id) ?? [])
  const order = postOrder(direct, asset => asset.needs.flatMap(id => assets.get(id) ?? []))
  const whole = new Set(order.flatMap(asset => asset.needs))
  return order.map(asset => {
    const items = wanted.get(asset.id) ?? 'all'
    const all = items === 'all' || whole.has(asset.id)
    return { asset, items: all ? asset.items : asset.items.filter(item => items.has(item.id)) }
  })
}

function unknownProcess(id: string): never {
  throw new BlackstartError('not-found', `There is no process ${JSON.stringify(id)} in site.yaml.`, {
    facts: { process: id },
  })
}

/** The processes with all that they need, those first. */
function neededProcesses(chosen: readonly Process[], processes: ReadonlyMap<string, Process>): Process[] {
  return postOrder(chosen, process => process.needs.flatMap(id => processes.get(id) ?? []))
}

/** The assets that processes name, in that order, each with the ids of the items that are named. */
function wantedItems(processes: readonly Process[]): Map<string, 'all' | Set<string>> {
  const names = new Set(processes.map(process => process.id))
  const wanted = new Map<string, 'all' | Set<string>>()
  for (const need of processes.flatMap(process => process.needs)) {
    const [asset = '', item] = need.split('/')
    const before = wanted.get(asset)
    if (item === undefined) {
      if (!names.has(asset)) wanted.set(asset, 'all')
    } else if (before === undefined) wanted.set(asset, new Set([item]))
    else if (before !== 'all') before.add(item)
  }
  return wanted
}

/** Everything that can be reached, each once and after all that it needs. Without recursion: a chain may be long. */
function postOrder<Node>(starts: readonly Node[], needsOf: (node: Node) => readonly Node[]): Node[] {
  const seen = new Set<Node>()
  const done: Node[] = []
  const way: { readonly node: Node; readonly needs: Iterator<Node> }[] = []
  const enter = (node: Node) => {
    if (seen.has(node)) return
    seen.add(node)
    way.push({ node, needs: needsOf(node).values() })
  }
  for (const start of starts) {
    enter(start)
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const next = top.needs.next()
      if (next.done === true) {
        done.push(top.node)
        way.pop()
      } else enter(next.value)
    }
  }
  return done
}
