import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { siteFrom, soundItem } from '../../../lab/test-facts.ts'
import { durationOf, milliseconds } from '../../site/duration.ts'
import { type Place, type Process, type ScenarioKind, type Site, scenarioKinds, type Window } from '../../site/site.ts'
import { indexSite } from '../site-index.ts'
import { createScheduler, type ItemSchedule } from './item-schedule.ts'
import { isFeasible, longestCapture, longestLag, shortestMtdl } from './loss-terms.ts'

const base = siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: operations, level: 3 }]
node: { zone: operations }
processes: [{ id: filling, data: configuration, mtdl: 4h, needs: [plc] }]
assets:
  - { id: plc, kind: plc, zone: operations, items: [{ id: program, kind: program, via: files, options: {} }] }
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`)

/** Milliseconds; what a plant may state, around the figures at which things change. */
const span = fc.oneof(
  fc.integer({ min: 1, max: 600 }).map(seconds => seconds * 1000),
  fc.integer({ min: 1, max: 2880 }).map(minutes => minutes * 60_000),
  fc.integer({ min: 1, max: 400 }).map(hours => hours * 3_600_000),
)

interface Plant {
  readonly processes: readonly { readonly mtdl: number | null; readonly scope: readonly ScenarioKind[] }[]
  readonly places: readonly PlaceDraw[]
  /** The lag of the first place. */
  readonly lag: number | null
  readonly quiet: readonly Window[]
  readonly total: number | null
  readonly captureTimes: readonly number[]
}

interface PlaceDraw extends Pick<Place, 'online' | 'offsite' | 'machine' | 'domain'> {
  readonly lag: number | null
}

const place: fc.Arbitrary<PlaceDraw> = fc.record({
  online: fc.boolean(),
  offsite: fc.boolean(),
  machine: fc.constantFrom(null, 'node', 'vault'),
  domain: fc.constantFrom('node', 'office', 'safe'),
  lag: fc.option(span, { freq: 5 }),
})

const quietWindow: fc.Arbitrary<Window> = fc
  .record({
    days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    from: fc.integer({ min: 0, max: 1439 }),
    to: fc.integer({ min: 0, max: 1440 }),
  })
  .filter(({ from, to }) => from !== to)

const plant: fc.Arbitrary<Plant> = fc.record({
  processes: fc.array(
    fc.record({ mtdl: fc.option(span, { freq: 5 }), scope: fc.subarray([...scenarioKinds], { minLength: 1 }) }),
    { minLength: 1, maxLength: 3 },
  ),
  places: fc.array(place, { maxLength: 3 }),
  lag: fc.option(span, { freq: 2 }),
  quiet: fc.array(quietWindow, { maxLength: 2 }),
  total: fc.option(span),
  captureTimes: fc.array(fc.integer({ min: 1, max: 8 * 3_600_000 }), { maxLength: 2 }),
})

const duration = (total: number | null) => (total === null ? null : durationOf(total))

function siteOf({ processes, places, lag, quiet, total }: Plant): Site {
  const [filling] = base.processes
  const [local] = base.places
  const [plc] = base.assets
  assert.ok(filling && local && plc)
  const timeouts = { ...plc.timeouts, total: duration(total) }
  return {
    ...base,
    processes: processes.map(({ mtdl, scope }, number): Process => {
      const own = duration(mtdl)
      return { ...filling, id: `p${number}`, mtdl: { configuration: own, history: own }, scope }
    }),
    assets: [{ ...plc, quiet, timeouts }],
    places: [
      { ...local, lag: duration(lag) },
      ...places.map((drawn, number) => ({ ...local, ...drawn, id: `place${number}`, lag: duration(drawn.lag) })),
    ],
  }
}

function scheduleOf(drawn: Plant): ItemSchedule {
  const index = indexSite(siteOf(drawn))
  const [of] = index.items
  assert.ok(of)
  return createScheduler(index)(of, soundItem([], { captureTimes: drawn.captureTimes }))
}

const lengthOf = (schedule: ItemSchedule) => milliseconds(schedule.interval)
const runs = { numRuns: 500 }

test('a tighter MTDL never gives a longer interval, whichever process states it', () => {
  fc.assert(
    fc.property(plant, fc.nat(2), span, (drawn, position, other) => {
      const before = drawn.processes[position]
      if (before === undefined || before.mtdl === null) return
      const [tight, loose] = [Math.min(before.mtdl, other), Math.max(before.mtdl, other)]
      const [shorter, longer] = [tight, loose].map(mtdl => {
        const processes = drawn.processes.with(position, { ...before, mtdl })
        return lengthOf(scheduleOf({ ...drawn, processes }))
      })
      assert.ok((shorter ?? 0) <= (longer ?? 0))
    }),
    runs,
  )
})

test('a tighter MTDL never makes a scenario feasible', () => {
  fc.assert(
    fc.property(plant, span, (drawn, other) => {
      const [first, ...rest] = drawn.processes
      if (first === undefined || first.mtdl === null || other > first.mtdl) return
      const before = scheduleOf(drawn)
      const after = scheduleOf({ ...drawn, processes: [{ ...first, mtdl: other }, ...rest] })
      for (const [position, { interval }] of after.scenarios.entries()) {
        const was = before.scenarios[position]
        // what the tightest MTDL of all shows where no process must come back is no claim
        if (interval !== null && was?.process !== null) assert.ok((was?.interval ?? -1) >= interval)
      }
    }),
    runs,
  )
})

test('another place never makes a feasible scenario infeasible, nor its interval shorter', () => {
  fc.assert(
    fc.property(plant, place, (drawn, more) => {
      // a new domain would be a scenario more
      const domain = drawn.places[0]?.domain ?? 'node'
      const before = scheduleOf(drawn)
      const after = scheduleOf({ ...drawn, places: [...drawn.places, { ...more, domain }] })
      for (const [position, { interval }] of before.scenarios.entries()) {
        if (interval !== null) assert.ok((after.scenarios[position]?.interval ?? -1) >= interval)
      }
    }),
    runs,
  )
})

test('a longer lag, a slower capture or a longer quiet window never gives a scenario a longer interval', () => {
  const worse = fc.record({ lag: span, capture: span, window: quietWindow })
  fc.assert(
    fc.property(plant, worse, (drawn, { lag, capture, window }) => {
      const before = scheduleOf(drawn)
      const slower = drawn.captureTimes.map(time => time + capture)
      const variants: Plant[] = [
        { ...drawn, lag: (drawn.lag ?? 0) + lag },
        { ...drawn, places: drawn.places.map(one => ({ ...one, lag: one.lag === null ? null : one.lag + lag })) },
        { ...drawn, captureTimes: slower },
        { ...drawn, quiet: [...drawn.quiet, window] },
      ]
      for (const variant of variants) {
        for (const [position, { interval }] of scheduleOf(variant).scenarios.entries()) {
          if (interval !== null) assert.ok((before.scenarios[position]?.interval ?? -1) >= interval)
        }
      }
    }),
    runs,
  )
})

test('what is read at the derived interval holds the MTDL in every feasible scenario that a process must come back from', () => {
  fc.assert(
    fc.property(plant, drawn => {
      const schedule = scheduleOf(drawn)
      if (schedule.source !== 'derived') return
      for (const { process, interval, terms } of schedule.scenarios) {
        if (process === null || interval === null) continue
        const loss = Math.max(lengthOf(schedule), terms.quiet) + terms.capture + (terms.lag ?? Number.NaN)
        assert.ok(loss <= terms.mtdl, `${loss} is lost, ${terms.mtdl} can be borne`)
      }
    }),
    runs,
  )
})

test('nothing is read more often than once a second, nor before the reading before has ended', () => {
  fc.assert(
    fc.property(plant, drawn => {
      const schedule = scheduleOf(drawn)
      assert.ok(lengthOf(schedule) >= 1000)
      if (schedule.source === 'derived') assert.ok(lengthOf(schedule) >= schedule.captureTime.milliseconds)
    }),
    runs,
  )
})

test('each scenario says either its interval or its cause with a remedy, in the order of the index', () => {
  fc.assert(
    fc.property(plant, drawn => {
      const { scenarios, mtdl } = scheduleOf(drawn)
      const expected = mtdl === null ? [] : indexSite(siteOf(drawn)).scenarios
      assert.deepEqual(
        scenarios.map(({ scenario }) => scenario),
        expected,
      )
      for (const { interval, tooLarge, remedy, place: where, terms } of scenarios) {
        assert.deepEqual([tooLarge === null, remedy === null], [interval !== null, interval !== null])
        assert.equal(where === null, terms.lag === null)
        assert.match(remedy ?? 'Sound.', /^[A-Z].*[^.: ]\.$/)
        assert.doesNotMatch(remedy ?? '', /undefined|NaN|Infinity|null|: \.|: or| {2}|-\d/)
      }
    }),
    { numRuns: 2000 },
  )
})

test('the limits that a remedy names are feasible, and nothing beyond them is', () => {
  const terms = fc.record({ mtdl: span, quiet: fc.oneof(fc.constant(0), span), capture: span, lag: span })
  fc.assert(
    fc.property(terms, drawn => {
      const lag = longestLag(drawn)
      if (lag >= 0) assert.ok(isFeasible({ ...drawn, lag }))
      assert.ok(!isFeasible({ ...drawn, lag: Math.max(0, lag + 3) }))
      const capture = longestCapture(drawn)
      if (capture >= 0) assert.ok(isFeasible({ ...drawn, capture }))
      assert.ok(!isFeasible({ ...drawn, capture: Math.max(0, capture + 1) }))
      const mtdl = shortestMtdl(drawn)
      assert.ok(isFeasible({ ...drawn, mtdl }))
      assert.ok(!isFeasible({ ...drawn, mtdl: mtdl - 1 }))
    }),
    { numRuns: 5000 },
  )
})
