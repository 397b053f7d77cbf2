import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testSite } from '../../lab/test-site.ts'
import { itemOf, quickSweep } from '../../lab/test-sweep.ts'
import type { AnyConnector, Archive } from '../archive/archive.ts'
import type { SweepOptions, SweepResult } from '../archive/sweep.ts'
import { BlackstartError } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import { captureLoop } from './capture-loop.ts'

const twoItems = [
  { id: 'often/program', path: './often' },
  { id: 'rarely/program', path: './rarely' },
]

function every(archive: Archive, id: string, seconds: number): AssetItem {
  const of = itemOf(archive, id)
  return { ...of, item: { ...of.item, every: Temporal.Duration.from({ seconds }) } }
}

const typed = {
  intervals: {
    of: ({ item }: AssetItem) => ({ interval: item.every?.total('milliseconds') ?? 3_600_000, captureTime: 1_000 }),
    refresh: () => Promise.resolve(),
  },
  onSwept: () => Promise.resolve(),
}

/** Runs the loop until `enough` says so, 20 seconds at most. */
async function run(
  archive: Archive,
  items: readonly AssetItem[],
  enough: (results: readonly SweepResult[]) => boolean,
  sweep: SweepOptions = quickSweep,
): Promise<readonly SweepResult[]> {
  const stop = new AbortController()
  const results: SweepResult[] = []
  const onResult = (result: SweepResult) => {
    results.push(result)
    if (enough(results)) stop.abort()
  }
  const limit = AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)])
  await captureLoop(
    archive,
    { items, ...typed, sweep: { ...sweep, ignoreQuiet: false, onResult }, onWait: () => undefined },
    limit,
  )
  return results
}

test('every item is captured at once, and then each at its own interval', async () => {
  await using site = await testSite(twoItems)
  for (const { path } of twoItems) await site.write(`${path}/x.st`, 'x')
  await using archive = await site.open()
  const items = [every(archive, 'often/program', 2), every(archive, 'rarely/program', 3_600)]
  const results = await run(archive, items, all => all.filter(({ item }) => item === 'often/program').length >= 3)
  const of = (id: string) => results.filter(({ item }) => item === id).map(({ outcome }) => outcome)
  assert.deepEqual(of('often/program'), ['version', 'confirmed', 'confirmed'])
  assert.deepEqual(of('rarely/program'), ['version'])
})

test('an item inside its quiet window waits, and the others do not', async () => {
  await using site = await testSite(twoItems)
  for (const { path } of twoItems) await site.write(`${path}/x.st`, 'x')
  await using archive = await site.open()
  const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 }
  const quiet = every(archive, 'rarely/program', 1)
  const items = [every(archive, 'often/program', 1), { ...quiet, item: { ...quiet.item, quiet: [always] } }]
  const results = await run(archive, items, all => all.length >= 2)
  assert.deepEqual([...new Set(results.map(({ item }) => item))], ['often/program'])
})

test('a repository that cannot be locked is told for each item, and does not end the loop', async () => {
  await using site = await testSite(twoItems)
  await using archive = await site.open()
  const locked = () =>
    Promise.reject(new BlackstartError('locked', 'the repository is locked by restic', { retry: true }))
  const held: Archive = { ...archive, repository: Object.assign(Object.create(archive.repository), { lock: locked }) }
  const stop = new AbortController()
  const codes: (string | undefined)[] = []
  const onResult = ({ error }: SweepResult) => void codes.push(error?.code)
  const items = twoItems.map(({ id }) => every(archive, id, 1))
  const loop = captureLoop(
    held,
    { items, ...typed, sweep: { ...quickSweep, onResult }, onWait: () => stop.abort() },
    stop.signal,
  )
  await Promise.race([loop, sleep(20_000, undefined, { ref: false })])
  assert.deepEqual(codes, ['locked', 'locked'])
  assert.equal(stop.signal.aborted, true, 'the loop went on to wait')
})

/** The archive with devices that take so many milliseconds to answer. */
function slowly(archive: Archive, milliseconds: (item: string) => number): Archive {
  const files = archive.connectors.get('files')
  assert.ok(files)
  const slow: AnyConnector = {
    ...files,
    async *capture(target, signal) {
      await sleep(milliseconds(target.item))
      yield* files.capture(target, signal)
    },
  }
  return { ...archive, connectors: new Map([['files', slow]]) }
}

test('a long sweep ends early for an item that falls due meanwhile and cannot wait for the rest', async () => {
  const slow = Array.from({ length: 12 }, (_, index) => ({ id: `slow${index}/program`, path: './slow' }))
  await using site = await testSite([...slow, { id: 'often/program', path: './often' }])
  for (const path of ['slow', 'often']) await site.write(`${path}/x.st`, 'x')
  await using archive = await site.open()
  const devices = slowly(archive, item => (item.startsWith('slow') ? 700 : 0))
  const items = [...slow.map(({ id }) => every(archive, id, 3_600)), every(archive, 'often/program', 3)]
  const begun: string[] = []
  const sweep = { ...quickSweep, concurrency: 1, onStart: (item: string) => void begun.push(item) }
  const results = await run(
    devices,
    items,
    all => all.filter(({ item }) => item !== 'often/program').length === 12,
    sweep,
  )
  assert.equal(begun[0], 'often/program', 'what is most pressing is read first')
  const between = begun.slice(1, begun.indexOf('often/program', 1))
  assert.ok(between.length < 8, `${between.length} devices were read in between`)
  const once = results.filter(({ item }) => item !== 'often/program').map(({ item }) => item)
  assert.equal(new Set(once).size, 12, 'and every other is read all the same')
  assert.equal(once.length, 12)
})
