// For tests: a real node over a real site, watched as it runs.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { siteText, type TestSite, testSite } from '../../lab/test-site.ts'
import { openSiteNode } from './open-site-node.ts'
import type { Run } from './runs/run.ts'
import type { NodeEvent, SiteNode } from './site-node.ts'

export const item = 'plc/program'
export const by = { name: 'jo', from: '10.0.0.7' }
export const never = new AbortController().signal

export async function plcSite(): Promise<TestSite> {
  const site = await testSite([
    { id: item, path: './plc' },
    { id: 'hmi/project', path: './hmi' },
  ])
  await site.write('plc/MAIN.st', 'x := 1;')
  await site.write('hmi/screen.xml', '<screen/>')
  return site
}

export interface Watched extends AsyncDisposable {
  readonly node: SiteNode
  readonly events: NodeEvent[]
  readonly troubles: string[]
  /** Waits for it, 20 seconds at most. */
  until<Found>(find: () => Found | undefined | null | false): Promise<Found>
  /** The newest ended run of the item, once there are so many of it. */
  ended(of: string, count: number): Promise<Run>
}

export async function watched(site: TestSite): Promise<Watched> {
  const troubles: string[] = []
  const node = await openSiteNode({ folder: site.folder, onTrouble: message => void troubles.push(message) }, never)
  const events: NodeEvent[] = []
  node.subscribe(event => void events.push(event))
  const until: Watched['until'] = async find => {
    for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) {
      const found = find()
      if (found) return found
    }
    throw new Error(`it did not come about; ${JSON.stringify(node.runs())} ${troubles.join(' ')}`)
  }
  const ended = (of: string, count: number) =>
    until(() => {
      const runs = node.runs().filter(run => run.item === of && run.state === 'ended')
      return runs.length >= count ? runs[0] : null
    })
  return { node, events, troubles, until, ended, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() }
}

export async function journal(
  site: TestSite,
): Promise<{ actor: string; event: { type: string; [field: string]: unknown } }[]> {
  const text = await readFile(site.at('data/journal.jsonl'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** Devices that take two seconds to read. */
export async function slowSite(count: number): Promise<TestSite> {
  const items = Array.from({ length: count }, (_, at) => ({ id: `plc-${at}/program`, path: `./plc-${at}` }))
  const site = await testSite(items)
  for (const { path: at } of items) await site.write(path.join(at, 'a.bin'), Buffer.alloc(100_000, at))
  const slow = siteText(items).replaceAll('kind: plc\n', 'kind: plc\n    pace: { bandwidth: 50 kB/s }\n')
  await writeFile(site.at('site.yaml'), slow)
  return site
}
