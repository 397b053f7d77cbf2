import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedClock } from '../../../lab/simulated-clock.ts'
import { type TestSite, testSite } from '../../../lab/test-site.ts'
import { judgeSite } from '../judge-site.ts'
import { openSiteArchive } from '../open-site.ts'
import { brokenGlassNeeds } from './broken-glass.ts'
import { everywhere } from './sight.ts'

const hour = 3_600_000
const signal = new AbortController().signal
const item = 'plc/program'

async function opened(site: TestSite, clock: SimulatedClock) {
  const access = { folder: site.folder, now: () => new Date(clock.wall()), actor: 'node@test', signal }
  const archive = await openSiteArchive(access)
  const judged = { ...(await judgeSite(access)), number: 1 }
  return {
    needs: (sees = everywhere) => brokenGlassNeeds(archive, judged, sees, []),
    note: (id: string, action: 'asked' | 'broke-glass') => {
      const about = { type: 'request', id, kind: 'write-to-device', item, version: 'v1', from: '10.0.0.7' } as const
      return archive.record.add([{ ...about, action, by: 'jo', reason: `fire ${id}` }], signal)
    },
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  }
}

test('what was written without a second person is told for 24 hours to whoever sees the zone, and not a moment longer', async () => {
  await using site = await testSite([{ id: item, path: './plc' }])
  const clock = new SimulatedClock(Date.parse('2026-10-24T20:00:00Z')) // the night in which the clocks of people go back
  await using glass = await opened(site, clock)
  assert.deepEqual(await glass.needs(), [])
  await glass.note('a', 'broke-glass')
  const [need] = await glass.needs()
  assert.deepEqual(
    [need?.kind, need?.severity, need?.item, need?.zone, need?.since],
    ['broken-glass', 'high', item, 'cell', '2026-10-24T20:00:00.000Z'],
  )
  assert.match(
    need?.what ?? '',
    /^jo broke the glass: wrote plc\/program@v1 to its device without a second person: fire a$/,
  )
  assert.deepEqual(await glass.needs(zone => zone === 'operations'), [])
  await clock.pass(hour)
  await glass.note('b', 'broke-glass')
  await clock.pass(23 * hour - 1)
  // requests meanwhile have everything looked at anew
  await glass.note('c', 'asked')
  const reasons = async () => (await glass.needs()).map(({ what }) => what.slice(-1))
  assert.deepEqual(await reasons(), ['b', 'a'])
  await clock.pass(1)
  assert.deepEqual(await reasons(), ['b'])
  await clock.pass(hour - 1)
  assert.deepEqual(await reasons(), ['b'])
  await clock.pass(1)
  assert.deepEqual(await reasons(), [])
})

test('it is told after the node was started again, for what is left of the 24 hours', async () => {
  await using site = await testSite([{ id: item, path: './plc' }])
  const clock = new SimulatedClock(Date.parse('2026-11-29T03:00:00Z'))
  {
    await using glass = await opened(site, clock)
    await glass.note('a', 'broke-glass')
  }
  await clock.pass(23 * hour)
  await using again = await opened(site, clock)
  assert.equal((await again.needs()).length, 1)
  await clock.pass(hour)
  assert.deepEqual(await again.needs(), [])
})
