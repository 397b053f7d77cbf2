import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { NodeEvent } from '../../src/api/schema/event.ts'
import type { Run, Runs } from '../../src/api/schema/run.ts'

/** Milliseconds within which what has become stale is asked for once, however much happens. */
const together = 400

/** Brings what is shown in line with what the node says has happened. */
export function createListener(client: QueryClient): (event: NodeEvent) => void {
  const stale = new Map<string, QueryKey>()
  let runs: Run[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  function flush(): void {
    timer = null
    const [ended, keys] = [runs, [...stale.values()]]
    runs = []
    stale.clear()
    client.setQueryData<Runs>(['runs'], known => known && withRuns(known, ended))
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  }
  return event => {
    if (event.type === 'reset') void client.invalidateQueries()
    if (event.type === 'run') runs.push(event.run)
    for (const key of staleKeys(event)) stale.set(JSON.stringify(key), key)
    if (timer === null) timer = setTimeout(flush, together)
  }
}

/** What is to be asked for anew after an event. */
export function staleKeys(event: NodeEvent): readonly QueryKey[] {
  switch (event.type) {
    case 'run':
      if (event.run.outcome === null) return [['item', event.run.item, 'live']]
      return [['item', event.run.item], ['captures'], ...(event.run.does === 'write' ? [['written']] : [])]
    case 'judged':
      return [
        'overview',
        'items',
        'assets',
        'item',
        'map',
        'findings',
        'criticality',
        'process',
        'flows',
        'storage',
      ].map(key => [key])
    case 'journal':
      return [['journal'], ...[...new Set(event.lines.flatMap(({ item }) => item ?? []))].map(item => ['item', item])]
    case 'site':
      return [['site'], ['overview'], ['map'], ['vocabulary']]
    case 'integrity':
      return [['overview']]
    case 'approvals':
      return [['approvals'], ['overview']]
    case 'people':
      return [['people'], ['tokens'], ['directory']]
    case 'drill':
      return [['drill', event.drill]]
    case 'verification':
      return [['verifications']]
    case 'reset':
    case 'stopping':
      return []
  }
}

/** The list with these runs in their newest state; new ones stand first. */
export function withRuns(known: Runs, changed: readonly Run[]): Runs {
  const newest = new Map(changed.map(run => [run.id, run]))
  const rows = known.rows.map(run => newest.get(run.id) ?? run)
  const old = new Set(known.rows.map(({ id }) => id))
  const added = [...newest.values()].filter(({ id }) => !old.has(id)).reverse()
  const all = [...added, ...rows]
  return { rows: all, live: all.filter(({ state }) => state !== 'ended').length }
}
