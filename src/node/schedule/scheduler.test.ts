import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedClock } from '../../../lab/simulated-clock.ts'
import { siteFrom } from '../../../lab/test-facts.ts'
import { type AssetItem, itemsOf } from '../../site/item-lookup.ts'
import { parseWindow } from '../../site/window.ts'
import type { RunReason } from '../runs/run.ts'
import { systemClock } from './clock.ts'
import { deviceOf, type ReadEnd, Scheduler } from './scheduler.ts'

const minute = 60_000
const hour = 60 * minute

interface Reading {
  readonly item: string
  readonly device: string
  readonly kind: RunReason['kind']
  /** Milliseconds since the beginning of the simulation, and epoch milliseconds. */
  readonly at: number
  readonly wall: number
  end: number
}

interface PlantAsset {
  readonly id: string
  readonly items: number
  readonly every: string
  readonly extra?: string
}

interface Simulation {
  readonly clock: SimulatedClock
  readonly readings: Reading[]
  readonly scheduler: Scheduler
  readonly items: readonly AssetItem[]
  /** Ends the scheduler, and what it reads. */
  stop(): Promise<void>
  of(item: string): Reading[]
}

interface SimulationOptions {
  readonly begin: string
  readonly assets: readonly PlantAsset[]
  readonly concurrency?: number
  readonly timezone?: string
  /** Milliseconds before the beginning. */
  readonly last?: (of: AssetItem, at: number) => number | null
  readonly takes?: (of: AssetItem) => number
  readonly ends?: (of: AssetItem, count: number) => ReadEnd
}

function simulate(options: SimulationOptions): Simulation {
  const { begin, assets, concurrency = 4, timezone = 'Europe/Paris', last, takes, ends } = options
  const site = siteFrom(`site: { name: Plant, timezone: ${timezone} }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
assets:
${assets.map(assetText).join('\n')}
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`)
  const items = itemsOf(site)
  const position = new Map(items.map((of, at) => [of.id, at]))
  const byId = new Map(items.map(of => [of.id, of]))
  const clock = new SimulatedClock(Date.parse(begin))
  const origin = clock.wall()
  const stopped = new AbortController()
  const readings: Reading[] = []
  const counts = new Map<string, number>()
  const scheduler = new Scheduler({
    clock,
    concurrency: () => concurrency,
    pace: ({ item }) => ({ interval: item.every?.total('milliseconds') ?? hour, captureTime: 1_000 }),
    lastCapture: id => {
      const of = byId.get(id)
      const ago = of === undefined ? null : (last?.(of, position.get(id) ?? 0) ?? null)
      return ago === null ? null : origin - ago
    },
    onMistake: error => {
      throw error
    },
    read: async (of, { kind }) => {
      const reading = {
        item: of.id,
        device: deviceOf(of),
        kind,
        at: clock.elapsed(),
        wall: clock.wall(),
        end: Number.POSITIVE_INFINITY,
      }
      readings.push(reading)
      await clock.wait(takes?.(of) ?? 1_000, stopped.signal)
      reading.end = clock.elapsed()
      const count = (counts.get(of.id) ?? 0) + 1
      counts.set(of.id, count)
      return stopped.signal.aborted ? 'interrupted' : (ends?.(of, count) ?? 'read')
    },
  })
  scheduler.replace(items, site.timezone)
  const running = scheduler.run(stopped.signal)
  return {
    ...{ clock, readings, scheduler, items },
    async stop() {
      stopped.abort()
      await running
    },
    of: item => readings.filter(reading => reading.item === item),
  }
}

function assetText({ id, items, every, extra = '' }: PlantAsset): string {
  const own = Array.from(
    { length: items },
    (_, at) => `{ id: i${at}, kind: program, via: files, every: ${every}, options: { path: ./x } }`,
  )
  return `  - { id: ${id}, kind: plc, zone: cell, ${extra} items: [${own.join(', ')}] }`
}

function assertOneSession(readings: readonly Reading[]): void {
  for (const of of Map.groupBy(readings, ({ device }) => device).values()) {
    for (const [at, reading] of of.entries()) {
      const before = of[at - 1]
      assert.ok(before === undefined || reading.at >= before.end, `${reading.item} was read while ${before?.item} was`)
    }
  }
}

test('2,000 items keep their intervals for 24 hours in which the clocks change, one session a device, none more or fewer', async () => {
  const every = ['15m', '30m', '1h', '4h', '12h']
  const assets = Array.from({ length: 1_000 }, (_, at) => ({
    id: `plc-${at}`,
    items: 2,
    every: every[at % every.length] ?? '1h',
    // every fourth shares its address with the one before
    extra: `address: 10.0.${Math.floor(at / 250)}.${(at % 4 === 3 ? at - 1 : at) % 250},`,
  }))
  const intervalOf = (of: AssetItem) => of.item.every?.total('milliseconds') ?? 0
  // the last time lies anywhere within the interval
  const last = (of: AssetItem, at: number) => (((at * 7919) % 1_000) / 1_000) * intervalOf(of)
  // the night of the change: 25 hours on the clock
  const plant = simulate({ begin: '2026-10-24T20:00:00Z', assets, concurrency: 16, last, takes: () => 3_000 })
  await plant.clock.pass(24 * hour)
  assertOneSession(plant.readings)
  const byItem = Map.groupBy(plant.readings, ({ item }) => item)
  for (const [at, of] of plant.items.entries()) {
    const interval = intervalOf(of)
    const first = interval - last(of, at)
    const readings = byItem.get(of.id) ?? []
    const expected = Math.floor((24 * hour - first) / interval) + 1
    assert.ok(
      Math.abs(readings.length - expected) <= (isNear((24 * hour - first) % interval, interval) ? 1 : 0),
      `${of.id}: ${readings.length} of ${expected}`,
    )
    for (const [n, reading] of readings.entries()) {
      assert.ok(
        reading.at - (first + n * interval) < minute,
        `${of.id} was read ${reading.at - first - n * interval} ms late`,
      )
      assert.ok(reading.at >= first + n * interval - 1, `${of.id} was read too soon`)
    }
  }
  await plant.stop()
})

/** A run that falls due within the last minute may not have begun. */
function isNear(rest: number, interval: number): boolean {
  return rest < minute || interval - rest < 1_000
}

test('a clock that is set, forwards or back, causes no run more and none less', async () => {
  const assets = Array.from({ length: 50 }, (_, at) => ({ id: `plc-${at}`, items: 1, every: '15m' }))
  for (const by of [5 * hour, -5 * hour, 40 * 365 * 24 * hour]) {
    const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, last: (_, at) => at * 15_000 })
    await plant.clock.pass(hour)
    const before = plant.readings.length
    plant.clock.set(by)
    await plant.clock.pass(10 * minute)
    assert.ok(plant.readings.length - before <= 35, `${plant.readings.length - before} runs in ten minutes`)
    await plant.clock.pass(50 * minute)
    assert.equal(plant.readings.length - before, 200)
    for (const of of Map.groupBy(plant.readings, ({ item }) => item).values()) {
      for (const [n, reading] of of.entries()) {
        const gap = reading.at - (of[n - 1]?.at ?? reading.at - 15 * minute)
        assert.ok(gap <= 16 * minute && gap >= 14 * minute, `${reading.item}: ${gap / minute} minutes`)
      }
    }
    await plant.stop()
  }
})

test('after a sleep what was missed is caught up with, the most pressing first, a few at a time, and then spread', async () => {
  const assets = [
    ...Array.from({ length: 60 }, (_, at) => ({ id: `often-${at}`, items: 1, every: '15m' })),
    ...Array.from({ length: 60 }, (_, at) => ({ id: `hourly-${at}`, items: 1, every: '1h' })),
    ...Array.from({ length: 60 }, (_, at) => ({ id: `weekly-${at}`, items: 1, every: '7d' })),
  ]
  const last = (_: AssetItem, at: number) => (at % 60) * 15_000
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, last, takes: () => 5_000 })
  await plant.clock.pass(hour)
  const before = plant.readings.length
  const begun = plant.clock.elapsed()
  plant.clock.sleep(9 * hour)
  await plant.clock.pass(10 * minute)
  const woken = plant.readings.slice(before)
  const caughtUp = woken.filter(({ kind }) => kind === 'catch-up').map(({ item }) => item)
  const kinds = caughtUp.map(item => item.split('-')[0])
  assert.deepEqual(kinds, kinds.toSorted().toReversed(), 'those of the shorter interval first')
  assert.equal(new Set(caughtUp).size, caughtUp.length, 'each once')
  // what was being read when the machine fell asleep is read to its end
  const read = new Set([...plant.readings.filter(({ end }) => end > begun)].map(({ item }) => item))
  for (const { id } of assets) if (!id.startsWith('weekly')) assert.ok(read.has(`${id}/i0`), id)
  const [first] = woken
  assert.ok(first !== undefined && first.at - begun <= minute, 'it is noticed within a minute')
  for (const { at } of woken) {
    const together = woken.filter(other => other.at <= at && other.end > at)
    assert.ok(together.length <= 4, `${together.length} at once`)
  }
  await plant.clock.pass(2 * hour)
  const later = plant.readings.filter(({ at }) => at >= begun + 10 * minute)
  const perMinute = Map.groupBy(later, ({ at }) => Math.floor(at / minute))
  const most = Math.max(...[...perMinute.values()].map(of => of.length))
  assert.ok(most <= 25, `${most} runs in one minute`)
  for (const [item, of] of Map.groupBy(later, ({ item: id }) => id)) {
    if (!item.startsWith('often')) continue
    assert.ok(of.length >= 7 && of.length <= 9, `${item} was read ${of.length} times in two hours`)
  }
  assertOneSession(plant.readings)
  await plant.stop()
})

test('a sleep that is shorter than half an interval leaves every time where it was', async () => {
  const assets = Array.from({ length: 50 }, (_, at) => ({ id: `plc-${at}`, items: 1, every: '1h' }))
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, last: (_, at) => at * minute })
  await plant.clock.pass(10 * minute)
  const due = new Map(plant.scheduler.due())
  plant.clock.sleep(20 * minute)
  await plant.clock.pass(5 * minute)
  for (const [item, at] of plant.scheduler.due()) {
    assert.ok(at === due.get(item) || at === (due.get(item) ?? 0) + hour, item)
  }
  assert.ok(plant.readings.every(({ kind }) => kind === 'schedule'))
  await plant.stop()
})

test('a clock that was set while the machine slept is told from the sleep, and a sleep that nobody slept is none', async () => {
  const assets = Array.from({ length: 50 }, (_, at) => ({ id: `plc-${at}`, items: 1, every: '4h' }))
  for (const act of [
    (clock: SimulatedClock) => clock.set(5 * hour),
    (clock: SimulatedClock) => {
      clock.sleep(5 * hour)
      clock.set(-5 * hour)
    },
  ]) {
    const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, last: (_, at) => at * 4 * minute })
    await plant.clock.pass(minute)
    const before = plant.readings.length
    act(plant.clock)
    await plant.clock.pass(10 * minute)
    assert.ok(plant.readings.length - before <= 4, `${plant.readings.length - before} runs`)
    assert.ok(plant.readings.every(({ kind }) => kind === 'schedule'))
    await plant.stop()
  }
  const both = simulate({ begin: '2026-06-01T08:00:00Z', assets, last: (_, at) => at * 4 * minute })
  await both.clock.pass(minute)
  both.clock.sleep(5 * hour)
  both.clock.set(24 * hour)
  await both.clock.pass(10 * minute)
  assert.equal(both.readings.length, 50, 'all were slept through, and none is read for the day that was set')
  await both.stop()
})

test('on this machine, which is awake, nothing is asleep while time passes', async () => {
  const before = systemClock.asleep()
  await systemClock.wait(300, AbortSignal.timeout(10_000))
  assert.ok(Math.abs(systemClock.asleep() - before) < 100)
})

test('a first start reads everything once, and the next round is spread', async () => {
  const assets = Array.from({ length: 200 }, (_, at) => ({ id: `plc-${at}`, items: 1, every: '1h' }))
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets })
  await plant.clock.pass(10 * minute)
  assert.equal(plant.readings.length, 200)
  assert.ok(plant.readings.every(({ kind }) => kind === 'catch-up'))
  await plant.clock.pass(hour)
  const perMinute = Map.groupBy(plant.readings.slice(200), ({ at }) => Math.floor(at / minute))
  const most = Math.max(...[...perMinute.values()].map(of => of.length))
  assert.ok(most <= 20, `${most} runs in one minute`)
  await plant.stop()
})

test('after an outage what was missed is read once, the most pressing first', async () => {
  const assets = [
    { id: 'daily', items: 1, every: '1d' },
    { id: 'often', items: 1, every: '15m' },
    { id: 'hourly', items: 1, every: '1h' },
    { id: 'fresh', items: 1, every: '7d' },
  ]
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, concurrency: 1, last: () => 30 * hour })
  await plant.clock.pass(5 * minute)
  assert.deepEqual(
    plant.readings.map(({ item }) => item),
    ['often/i0', 'hourly/i0', 'daily/i0'],
  )
  await plant.stop()
})

test('nothing is read in a quiet time, on the nights on which the clocks change either', async () => {
  const assets = [{ id: 'plc', items: 1, every: '15m', extra: 'quiet: ["01:30-03:30"],' }]
  // 02:00 to 03:00 does not exist in March and is there twice in October
  for (const [begin, hours] of [
    ['2026-03-28T22:00:00Z', 1],
    ['2026-10-24T22:00:00Z', 3],
  ] as const) {
    const plant = simulate({ begin, assets, last: () => 10 * minute })
    await plant.clock.pass(8 * hour)
    const gaps = plant.readings.map(({ at }, n) => at - (plant.readings[n - 1]?.at ?? at))
    assert.ok(
      Math.abs(Math.max(...gaps) - hours * hour) <= 2_000,
      `${Math.max(...gaps) / hour} hours without a reading`,
    )
    for (const { wall } of plant.readings) {
      const { hour: h, minute: m } = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('Europe/Paris')
      assert.ok(h * 60 + m < 90 || h * 60 + m >= 210, `read at ${h}:${m}`)
    }
    await plant.stop()
  }
})

test('a device that fails is tried again sooner than its interval, ever more seldom', async () => {
  const assets = [{ id: 'plc', items: 1, every: '1d' }]
  const plant = simulate({
    begin: '2026-06-01T08:00:00Z',
    assets,
    ends: (_, count) => (count <= 4 ? 'failed' : 'read'),
  })
  await plant.clock.pass(26 * hour)
  const minutes = plant.readings.map(({ at }) => Math.round(at / minute))
  assert.deepEqual(minutes.slice(0, 5), [0, 5, 15, 35, 75])
  assert.equal(minutes.length, 6)
  await plant.stop()
})

test('a device that refuses the login is not asked at every interval: it would lock the account', async () => {
  const assets = [{ id: 'plc', items: 1, every: '20s' }]
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, ends: () => 'login-refused' })
  await plant.clock.pass(hour)
  assert.deepEqual(
    plant.readings.map(({ at }) => Math.round(at / minute)),
    [0, 5, 15, 35],
  )
  await plant.stop()
})

test('a reading that throws, which is a mistake, does not stop the others, and frees its device', async () => {
  const site = siteFrom(`site: { name: Plant, timezone: UTC }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
assets:
${['a', 'b'].map(id => assetText({ id, items: 1, every: '1m' })).join('\n')}
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`)
  const clock = new SimulatedClock(0)
  const mistakes: unknown[] = []
  const read: string[] = []
  const stop = new AbortController()
  const scheduler = new Scheduler({
    ...{ clock, concurrency: () => 1, lastCapture: () => null, onMistake: error => void mistakes.push(error) },
    pace: () => ({ interval: minute, captureTime: 0 }),
    read: of => {
      read.push(of.asset.id)
      return of.asset.id === 'a' ? Promise.reject(new Error('no')) : Promise.resolve('read')
    },
  })
  scheduler.replace(itemsOf(site), 'UTC')
  const running = scheduler.run(stop.signal)
  await clock.pass(5 * minute)
  stop.abort()
  await running
  assert.ok(mistakes.length >= 2 && read.filter(id => id === 'b').length >= 2, read.join(' '))
})

test('what was asked for of an item that is taken out of the site is told', async () => {
  const assets = [{ id: 'plc', items: 1, every: '1d', extra: 'quiet: ["00:00-24:00"],' }]
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, last: () => hour })
  plant.scheduler.ask('plc/i0', { reason: { kind: 'person', name: 'jo' }, ignoreQuiet: false, run: 'r1' })
  await plant.clock.pass(minute)
  assert.deepEqual(plant.scheduler.replace([], 'UTC'), ['r1'])
  await plant.stop()
})

test('while nothing can be stored no device is read, and nothing is lost of what was due', async () => {
  const assets = Array.from({ length: 20 }, (_, at) => ({ id: `plc-${at}`, items: 1, every: '1h' }))
  let broken = true
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, ends: () => (broken ? 'trouble' : 'read') })
  await plant.clock.pass(10 * minute)
  assert.ok(plant.readings.length <= 44, `${plant.readings.length} readings for nothing`)
  broken = false
  const before = plant.readings.length
  await plant.clock.pass(3 * minute)
  assert.equal(new Set(plant.readings.slice(before).map(({ item }) => item)).size, 20)
  await plant.stop()
})

test('what a person asks for goes before the rest, and waits only for its device', async () => {
  const assets = [
    ...Array.from({ length: 30 }, (_, at) => ({ id: `plc-${at}`, items: 1, every: '1h' })),
    { id: 'wanted', items: 2, every: '1d' },
  ]
  const plant = simulate({
    begin: '2026-06-01T08:00:00Z',
    assets,
    concurrency: 2,
    last: of => (of.asset.id === 'wanted' ? hour : null),
  })
  await plant.clock.pass(1_500)
  const asked = { reason: { kind: 'person', name: 'jo' }, ignoreQuiet: false, run: 'r1' } as const
  assert.equal(plant.scheduler.ask('wanted/i0', asked), true)
  assert.equal(plant.scheduler.ask('wanted/i0', { ...asked, run: 'r2' }), false, 'it waits already')
  assert.equal(plant.scheduler.ask('nobody/i0', asked), false)
  await plant.clock.pass(1_000)
  assert.equal(plant.of('wanted/i0')[0]?.at, 2_000)
  await plant.clock.pass(10 * minute)
  assert.equal(plant.of('wanted/i0').length, 1)
  await plant.stop()
})

test('what changed while it was read is read once more', async () => {
  const plant = simulate({
    begin: '2026-06-01T08:00:00Z',
    assets: [{ id: 'plc', items: 1, every: '1d' }],
    takes: () => 10_000,
  })
  await plant.clock.pass(5_000)
  const seen = { reason: { kind: 'trigger', trigger: 'syslog', seen: 'x' }, ignoreQuiet: false } as const
  assert.equal(plant.scheduler.ask('plc/i0', { ...seen, run: 'r1' }), true)
  assert.equal(plant.scheduler.ask('plc/i0', { ...seen, run: 'r2' }), false)
  await plant.clock.pass(hour)
  assert.deepEqual(
    plant.readings.map(({ at, kind }) => [at, kind]),
    [
      [0, 'catch-up'],
      [10_000, 'trigger'],
    ],
  )
  await plant.stop()
})

test('what is asked for in a quiet time waits for its end, unless it is asked for all the same', async () => {
  const assets = [{ id: 'plc', items: 2, every: '1d', extra: 'quiet: ["09:00-11:00"],' }]
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, timezone: 'Europe/Paris', last: () => hour })
  const asked = { reason: { kind: 'person', name: 'jo' }, ignoreQuiet: false, run: 'r1' } as const
  plant.scheduler.ask('plc/i0', asked)
  plant.scheduler.ask('plc/i1', { ...asked, ignoreQuiet: true, run: 'r2' })
  await plant.clock.pass(2 * hour)
  assert.deepEqual(
    plant.readings.map(({ item, at }) => [item, at]),
    [
      ['plc/i1', 0],
      ['plc/i0', hour],
    ],
  )
  await plant.stop()
})

test('a device that is reserved is not read until it is given back', async () => {
  const plant = simulate({
    begin: '2026-06-01T08:00:00Z',
    assets: [{ id: 'plc', items: 1, every: '1m' }],
    takes: () => 5_000,
  })
  await plant.clock.pass(1_000)
  const [of] = plant.items
  assert.ok(of)
  const reserving = plant.scheduler.reserve(of, new AbortController().signal)
  await plant.clock.pass(5_000)
  const reserved = await reserving
  await plant.clock.pass(10 * minute)
  assert.equal(plant.readings.length, 1)
  reserved[Symbol.dispose]()
  await plant.clock.pass(10_000)
  assert.equal(plant.readings.length, 2)
  await plant.stop()
})

test('items come and go with the site file, and keep their time', async () => {
  const assets = [{ id: 'a', items: 2, every: '30m' }]
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, last: () => 10 * minute })
  plant.scheduler.replace(plant.items.slice(0, 1), 'Europe/Paris')
  await plant.clock.pass(hour)
  assert.deepEqual(
    plant.readings.map(({ item, at }) => [item, at / minute]),
    [
      ['a/i0', 20],
      ['a/i0', 50],
    ],
  )
  await plant.stop()
})

test('an item that is read from elsewhere is read there at once, and after what is being read', async () => {
  const plant = simulate({
    begin: '2026-06-01T08:00:00Z',
    assets: [{ id: 'a', items: 3, every: '4h' }],
    last: ({ item }) => (item.id === 'i2' ? null : 10 * minute),
    takes: () => 30_000,
  })
  await plant.clock.pass(10_000)
  const moved = plant.items.map(of =>
    of.item.id === 'i1' ? of : { ...of, item: { ...of.item, options: { path: './y' } } },
  )
  plant.scheduler.replace(moved, 'Europe/Paris')
  plant.scheduler.replace(moved, 'Europe/Paris')
  await plant.clock.pass(hour)
  assert.deepEqual(
    plant.readings.map(({ item, at, kind }) => [item, at, kind]),
    [
      ['a/i2', 0, 'catch-up'],
      ['a/i0', 30_000, 'catch-up'],
      ['a/i2', 60_000, 'catch-up'],
    ],
  )
  await plant.stop()
})

test('a change window that the site file gets while the node runs captures when it closes, as does a shorter interval', async () => {
  const assets = [{ id: 'a', items: 2, every: '4h' }]
  const plant = simulate({ begin: '2026-06-01T08:00:00Z', assets, last: () => 10 * minute })
  const change = [parseWindow('10:00-10:30')].filter(window => window !== null)
  const every = Temporal.Duration.from({ hours: 1 })
  const [first, second] = plant.items.map(of => of.item)
  const changed = [
    { ...plant.items[0]!, item: { ...first!, change } },
    { ...plant.items[1]!, item: { ...second!, every } },
  ]
  plant.scheduler.replace(changed, 'Europe/Paris')
  await plant.clock.pass(90 * minute)
  assert.deepEqual(
    plant.readings.map(({ item, at, kind }) => [item, at / minute, kind]),
    [
      ['a/i0', 30, 'window'],
      ['a/i1', 60, 'schedule'],
    ],
  )
  await plant.stop()
})
