import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { KeepRules } from '../../site/site.ts'
import { bucketKinds, createBuckets } from './buckets.ts'
import { type KeptVersion, retain } from './retain.ts'

const now = Temporal.Instant.from('2026-11-02T09:17:00Z')
const end = now.epochMilliseconds
const hour = 3_600_000
const timezone = 'Europe/Paris'
const instant = (milliseconds: number) => Temporal.Instant.fromEpochMilliseconds(milliseconds)

/** Each rule is off every other time, so that one does not hide what another should have kept. */
const upTo = (most: number) => fc.oneof(fc.constant(0), fc.nat(most))
const rules: fc.Arbitrary<KeepRules> = fc.record({
  last: upTo(3),
  hourly: upTo(30),
  daily: upTo(10),
  weekly: upTo(4),
  monthly: upTo(3),
  yearly: upTo(2),
  floor: fc.constant(null),
})

const flags = { digit: fc.nat(9), approved: rarely(), held: rarely() }

function rarely(): fc.Arbitrary<boolean> {
  return fc.nat(9).map(number => number === 0)
}

/** How far before the attack, in milliseconds; hours and days are about as likely as months. */
const span = fc
  .tuple(fc.constantFrom(hour, 24 * hour, 60 * 24 * hour, 600 * 24 * hour), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([size, share]) => Math.floor(size * share))

/** Received shortly after they were made or, as a backlog, all within one hour; always before the attack. */
const history = fc
  .record({
    versions: fc.array(fc.record({ before: span, delay: fc.nat(600_000), ...flags }), { minLength: 1, maxLength: 25 }),
    backlog: fc.boolean(),
    // of ten versions: without equivalents, with few, or in long runs
    equivalents: fc.constantFrom(0, 0, 1, 5, 9),
  })
  .map(({ versions, backlog, equivalents }) => (start: number): readonly KeptVersion[] => {
    const made = versions.map(({ before }) => start - 2 * hour - before)
    return versions.map(({ delay, digit, approved, held }, index) => {
      const time = made[index] ?? start
      const received = backlog ? start - 1 - Math.floor((start - time) % hour) : time + delay
      const times = { time: instant(time), received: instant(received) }
      return { id: `honest ${index}`, ...times, equivalent: digit >= 10 - equivalents, approved, held }
    })
  })

/** Own times are copied from honest versions with a small shift, in the future, long past, or anything. */
const forged = fc.array(
  fc.record({
    pick: fc.nat(100),
    kind: fc.constantFrom('near', 'future', 'past', 'any'),
    shift: fc.integer({ min: -2 * hour, max: 2 * hour }),
    anything: fc.integer({ min: -8_640_000_000_000, max: 4_102_444_800_000 }),
    wait: fc.double({ min: 0, max: 1, noNaN: true }),
    equivalent: fc.boolean(),
  }),
  { maxLength: 40 },
)

type Forged = typeof forged extends fc.Arbitrary<infer Value> ? Value : never

function attackWith(chosen: Forged, honest: readonly KeptVersion[], start: number): readonly KeptVersion[] {
  return chosen.map(({ pick, kind, shift, anything, wait, equivalent }, index) => {
    const near = (honest[pick % honest.length]?.time.epochMilliseconds ?? start) + shift
    const time = { near, future: end + Math.abs(shift) * 1000, past: start - Math.abs(shift) * 10_000, any: anything }[
      kind
    ]
    const received = start + Math.floor((end - start) * wait)
    return {
      id: `${index} forged`,
      time: instant(time),
      received: instant(received),
      equivalent,
      approved: false,
      held: false,
    }
  })
}

const byReceived = (a: KeptVersion, b: KeptVersion) =>
  Temporal.Instant.compare(a.received, b.received) || Temporal.Instant.compare(a.time, b.time) || (a.id < b.id ? -1 : 1)

/** What the comment of `retain` promises of honest versions, whatever was added from `start` on; written down a second time. */
function promised(honest: readonly KeptVersion[], rule: KeepRules, floor: number, start: number): ReadonlySet<string> {
  const sorted = honest.toSorted(byReceived)
  const begins = end - floor
  const must = new Set<string>()
  const add = (one: KeptVersion | undefined) => one !== undefined && must.add(one.id)
  for (const one of sorted) if (one.approved || one.held || one.received.epochMilliseconds > begins) add(one)
  if (start > begins) add(sorted.findLast(({ received }) => received.epochMilliseconds <= begins))
  const buckets = createBuckets(rule, timezone, end, end)
  for (const kind of bucketKinds) {
    const bucket = (time: number) => buckets.bucketOf(kind, time, buckets.offset(time))
    const groups = Map.groupBy(sorted, ({ received }) => bucket(received.epochMilliseconds))
    for (const [number, group] of groups) {
      if (number === null) continue
      add(group[0])
      if (number !== bucket(start)) add(group.at(-1))
    }
    for (const [number, group] of Map.groupBy(sorted, ({ time }) => bucket(time.epochMilliseconds))) {
      if (number !== null) add(group[0])
    }
  }
  sorted.forEach((one, index) => {
    const [before, after] = [sorted[index - 1], sorted[index + 1]]
    const leads = !one.equivalent && after?.equivalent === true
    const first = one.equivalent && before?.equivalent !== true
    const newest = one.equivalent && after?.equivalent === false
    if (leads || first || newest) add(one)
  })
  return must
}

test('10,000 random attacks: no approved, held or floor version goes, nor the first of a bucket, whatever is added', () => {
  const attack = fc.record({
    history,
    forged,
    rule: rules,
    floorDays: fc.nat(60),
    age: fc.double({ min: 0, max: 1, noNaN: true }),
    late: fc.boolean(),
  })
  let younger = 0
  fc.assert(
    fc.property(attack, ({ history: make, forged: chosen, rule, floorDays, age, late }) => {
      const floor = floorDays * 24 * hour
      // within the floor or, every other time, up to a year ago
      const start = end - Math.floor(age * (late ? 365 * 24 * hour : floor))
      if (start > end - floor) younger += 1
      const honest = make(start)
      const all = [...honest, ...attackWith(chosen, honest, start)]
      const kept = retain(all, rule, Temporal.Duration.from({ hours: floorDays * 24 }), timezone, now)
      const gone = new Set(kept.flatMap(one => (one.kept ? [] : one.id)))
      for (const id of promised(honest, rule, floor, start)) assert.ok(!gone.has(id), id)
    }),
    { numRuns: 10_000 },
  )
  assert.ok(younger > 4000, `${younger} attacks within the floor`)
})

test('the decision does not depend on the order in which versions are given, and answers in that order', () => {
  const mixed = fc.record({ history, forged, rule: rules, seed: fc.integer() })
  fc.assert(
    fc.property(mixed, ({ history: make, forged: chosen, rule, seed }) => {
      const start = end - 24 * hour
      const honest = make(start)
      const all = [...honest, ...attackWith(chosen, honest, start)]
      const shuffled = all.toSorted((a, b) => scramble(a.id, seed) - scramble(b.id, seed))
      const floor = Temporal.Duration.from({ hours: 12 })
      const [first, second] = [all, shuffled].map(list => retain(list, rule, floor, timezone, now))
      assert.deepEqual(
        second?.map(({ id }) => id),
        shuffled.map(({ id }) => id),
      )
      const answers = new Map(second?.map(one => [one.id, one]))
      for (const one of first ?? []) assert.deepEqual(answers.get(one.id), one)
    }),
    { numRuns: 300 },
  )
})

test('what stays, stays: deciding again over what was kept removes nothing', () => {
  const mixed = fc.record({ history, forged, rule: rules })
  fc.assert(
    fc.property(mixed, ({ history: make, forged: chosen, rule }) => {
      const start = end - 24 * hour
      const honest = make(start)
      const all = [...honest, ...attackWith(chosen, honest, start)]
      const floor = Temporal.Duration.from({ hours: 12 })
      const ids = new Set(retain(all, rule, floor, timezone, now).flatMap(({ id, kept }) => (kept ? id : [])))
      const left = all.filter(({ id }) => ids.has(id))
      assert.deepEqual(
        retain(left, rule, floor, timezone, now).filter(({ kept }) => !kept),
        [],
      )
    }),
    { numRuns: 1000 },
  )
})

test('more of any rule, or a longer floor, never removes a version that stayed', () => {
  const mixed = fc.record({ history, rule: rules, more: rules, floor: fc.nat(40), longer: fc.nat(40) })
  fc.assert(
    fc.property(mixed, ({ history: make, rule, more, floor, longer }) => {
      const versions = make(end)
      const wide = { ...rule, last: rule.last + more.last }
      for (const kind of bucketKinds) wide[kind] += more[kind]
      const kept = (chosen: KeepRules, count: number) =>
        retain(versions, chosen, Temporal.Duration.from({ hours: 24 * count }), timezone, now)
      const after = kept(wide, floor + longer)
      kept(rule, floor).forEach((one, index) => {
        if (one.kept) assert.ok(after[index]?.kept)
      })
    }),
    { numRuns: 1000 },
  )
})

/** A number that depends on both, for an order that is neither. */
function scramble(id: string, seed: number): number {
  let state = seed
  for (const letter of id) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193)
  return state
}
