import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testSite } from '../../../lab/test-site.ts'
import { fingerprintItem, hasFingerprint } from '../../archive/fingerprint-item.ts'
import { paces } from '../../archive/target.ts'
import { findItem, itemsOf } from '../../site/item-lookup.ts'
import type { Item } from '../../site/site.ts'
import { parseWindow } from '../../site/window.ts'
import { type FingerprintDeps, type FingerprintPoll, openFingerprintPoll, pollInterval } from './fingerprint-poll.ts'
import { eventually, testSiteWith } from './test-triggers.ts'

const minute = 60_000
const second = Temporal.Duration.from({ seconds: 1 })
const [sample] = itemsOf(testSiteWith([]))

function itemWith(fields: Partial<Item>, id = 'plc/program') {
  assert.ok(sample)
  return { ...sample, id, item: { ...sample.item, fingerprint: second, ...fields } }
}

interface Polled extends AsyncDisposable {
  readonly poll: FingerprintPoll
  readonly differing: string[]
}

function polling(deps: Partial<FingerprintDeps> & Pick<FingerprintDeps, 'read'>): Polled {
  const differing: string[] = []
  const poll = openFingerprintPoll(
    {
      items: [itemWith({})],
      timezone: 'Europe/Paris',
      interval: () => 10 * minute,
      differs: item => void differing.push(item),
      now: () => Temporal.Instant.from('2026-11-23T11:00:00Z'),
      ...deps,
    },
    AbortSignal.timeout(60_000),
  )
  return { poll, differing, [Symbol.asyncDispose]: () => poll[Symbol.asyncDispose]() }
}

test('a fingerprint is read ten times an interval, at most every half minute, or as the site file says', () => {
  const every = (interval: number, fingerprint: Item['fingerprint'] = null) =>
    pollInterval(itemWith({ fingerprint }), interval)
  assert.equal(every(60 * minute), 6 * minute)
  assert.equal(every(2 * minute), minute / 2)
  assert.equal(every(minute / 2), null, 'it is captured as often')
  assert.equal(every(60 * minute, second), 1000)
  assert.equal(every(60 * minute, 'never'), null)
})

test('a change on the device is told until a capture has read it', { timeout: 60_000 }, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  await site.write('plc/main.st', 'x := 1')
  await using archive = await site.open()
  const of = findItem(archive.site, 'plc/program')!
  assert.ok(hasFingerprint(archive, of))
  const context = { paces: paces(archive.site), sessionWait: 100 }
  const item = { ...of, item: { ...of.item, fingerprint: second } }
  await using plant = polling({ items: [item], read: (_, signal) => fingerprintItem(archive, of, context, signal) })
  const { poll, differing } = plant
  await eventually(() => poll.counts().read >= 2)
  assert.deepEqual(differing, [], 'nothing has changed')
  await site.write('plc/main.st', 'x := 22')
  await eventually(() => differing.length >= 2)
  poll.began('plc/program')
  poll.ended('plc/program', true)
  const told = differing.length
  const { read } = poll.counts()
  await eventually(() => poll.counts().read >= read + 2)
  assert.equal(differing.length, told)
})

test('what a capture failed on is not told again before it changes again', { timeout: 60_000 }, async () => {
  let content = 1
  await using plant = polling({ read: () => Promise.resolve(`${content}`) })
  const { poll, differing } = plant
  await eventually(() => poll.counts().read >= 1)
  content = 2
  await eventually(() => differing.length === 1)
  poll.began('plc/program')
  poll.ended('plc/program', false)
  const { read } = poll.counts()
  await eventually(() => poll.counts().read >= read + 2)
  assert.equal(differing.length, 1)
  content = 3
  await eventually(() => differing.length === 2)
})

test('a change during a capture is told afterwards', { timeout: 60_000 }, async () => {
  let content = 1
  await using plant = polling({ read: () => Promise.resolve(`${content}`) })
  const { poll, differing } = plant
  await eventually(() => poll.counts().read >= 1)
  poll.began('plc/program')
  content = 2
  poll.ended('plc/program', true)
  await eventually(() => differing.length > 0)
})

test('nothing is read in quiet times, nor where it is never to be', { timeout: 60_000 }, async () => {
  let reads = 0
  const read = () => {
    reads += 1
    return Promise.resolve('x')
  }
  const quiet = itemWith({ quiet: [parseWindow('11:00-13:00')!] }, 'plc/quiet')
  await using _plant = polling({ items: [quiet, itemWith({ fingerprint: 'never' })], read })
  await sleep(2500)
  assert.equal(reads, 0)
})

test('a device that does not answer, or tells nothing, is asked less and less', { timeout: 60_000 }, async () => {
  for (const read of [() => Promise.reject(new Error('gone')), () => Promise.resolve(null)]) {
    await using plant = polling({ read })
    await sleep(5500)
    const { failed, none } = plant.poll.counts()
    assert.ok(failed + none >= 2 && failed + none <= 4, `${failed} ${none}`)
    assert.deepEqual(plant.differing, [])
  }
})

test('many items are read in turn, a few at once, and stopping waits for no device', { timeout: 60_000 }, async () => {
  const items = Array.from({ length: 100 }, (_, index) => itemWith({}, `plc/${index}`))
  const read = new Set<string>()
  let [now, most] = [0, 0]
  const deps: Pick<FingerprintDeps, 'items' | 'read'> = {
    items,
    async read({ id }, signal) {
      now += 1
      most = Math.max(most, now)
      await sleep(10, undefined, { signal }).finally(() => {
        now -= 1
      })
      read.add(id)
      return 'x'
    },
  }
  {
    await using _plant = polling(deps)
    await eventually(() => read.size === 100)
    assert.equal(most, 4)
  }
  const plant = polling({ items, read: (_, signal) => sleep(60_000, null, { signal }) })
  await sleep(1200)
  const begun = performance.now()
  await plant[Symbol.asyncDispose]()
  assert.ok(performance.now() - begun < 1000)
})
