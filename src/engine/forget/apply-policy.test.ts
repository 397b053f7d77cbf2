import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { GroupField } from '../browse/group-snapshots.ts'
import { writeSnapshots } from '../browse/test-snapshots.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { newRepository, type Restic, scratchFolder, stockRestic } from '../test-repository.ts'
import { applyPolicy } from './apply-policy.ts'
import { type CalendarSpan, parseSpan, spanText } from './calendar-span.ts'
import { isEmptyPolicy, type KeepCount, type KeepPolicy, type Period, periods } from './keep-policy.ts'
import { type ForgetGroup, planForget } from './plan-forget.ts'

const signal = AbortSignal.timeout(280_000)
const found = await stockRestic()
const now = new Date('2026-11-24T12:00:00Z')
const utc = { now, timeZone: 'UTC' }

function snapshot(time: string, ...tags: string[]) {
  return { id: time, time, tags }
}

function keptTimes(times: readonly string[], policy: KeepPolicy, timeZone = 'UTC'): string[] {
  const { keep } = applyPolicy(
    times.map(time => snapshot(time)),
    policy,
    { now, timeZone },
  )
  return keep.map(({ snapshot }) => snapshot.time)
}

it('keeps the newest of each day, and the oldest of all while days are left', () => {
  const times = ['2026-03-01T08:00:00Z', '2026-03-01T20:00:00Z', '2026-03-02T09:00:00Z', '2026-03-01T07:00:00Z']
  assert.deepEqual(keptTimes(times, { count: { daily: 1 } }), ['2026-03-02T09:00:00Z'])
  const { keep } = applyPolicy(
    times.map(time => snapshot(time)),
    { count: { daily: 3 } },
    utc,
  )
  assert.deepEqual(
    keep.map(({ snapshot, reasons }) => [snapshot.time, ...reasons]),
    [
      ['2026-03-02T09:00:00Z', 'daily snapshot'],
      ['2026-03-01T20:00:00Z', 'daily snapshot'],
      ['2026-03-01T07:00:00Z', 'oldest daily snapshot'],
    ],
  )
})

it('takes the day from the clock that the snapshot was made by, and the week from ISO 8601', () => {
  const midnight = ['2026-03-01T23:30:00-08:00', '2026-03-02T09:00:00+02:00', '2026-03-02T08:00:00+02:00']
  assert.deepEqual(keptTimes(midnight, { count: { daily: 2 } }), [midnight[0], midnight[1]])
  const newYear = ['2026-12-28T10:00:00Z', '2027-01-03T10:00:00Z', '2027-01-04T10:00:00Z', '2021-01-03T00:00:00Z']
  const kept = applyPolicy(
    newYear.map(time => snapshot(time)),
    { count: { weekly: 9 } },
    { now: new Date('2028-01-01'), timeZone: 'UTC' },
  ).keep
  assert.deepEqual(
    kept.map(({ snapshot }) => snapshot.time),
    [newYear[2], newYear[1], newYear[3]],
  )
})

it('counts spans back from the newest that is not dated ahead, through clock changes of its own zone', () => {
  const ahead = ['2031-01-01T00:00:00Z', '2026-06-01T00:00:00Z', '2026-05-01T00:00:00Z', '2026-04-30T00:00:00Z']
  assert.deepEqual(keptTimes(ahead, { within: parseSpan('1m1h') }), ahead.slice(0, 3))
  // 12:00 in Paris a month before 12:00 summer time is 11:00 UTC, and not 10:00.
  const change = ['2026-04-15T12:00:00+02:00', '2026-03-15T10:30:00Z', '2026-03-15T11:30:00Z']
  assert.deepEqual(keptTimes(change, { within: parseSpan('1m') }, 'Europe/Paris'), [change[0], change[2]])
  assert.deepEqual(keptTimes(change, { within: parseSpan('1m') }, 'UTC'), [change[0], change[2], change[1]])
  // A month before the 31st of March is the 3rd.
  const short = ['2026-03-31T00:00:00Z', '2026-03-03T00:00:01Z', '2026-03-03T00:00:00Z']
  assert.deepEqual(keptTimes(short, { within: parseSpan('1m') }), short.slice(0, 2))
})

it('refuses to lose all snapshots of a group, and an empty policy, unless that is allowed', () => {
  const snapshots = [{ ...snapshot('2026-03-01T08:00:00Z', 'a'), hostname: 'vm', paths: ['/etc'] }]
  const options = { ...utc, groupBy: ['host', 'paths'] as const }
  assert.throws(() => planForget(snapshots, { tags: [['b']] }, options), { code: 'refused', message: /host vm, paths/ })
  assert.throws(() => planForget(snapshots, {}, options), { code: 'usage' })
  assert.equal(planForget(snapshots, {}, { ...options, allowRemoveAll: true })[0]?.remove.length, 1)
  assert.deepEqual(planForget([], { last: 1 }, options), [])
})

it('reads spans as restic does', () => {
  assert.deepEqual(parseSpan(' 2y5m7d3h '), { years: 2, months: 5, days: 7, hours: 3 })
  assert.deepEqual(parseSpan('3h1d'), { years: 0, months: 0, days: 1, hours: 3 })
  for (const text of ['', '5', 'd', '5w', '-1d', '1.5d', '1d 2h', '99999999999y']) {
    assert.throws(() => parseSpan(text), { code: 'usage' }, text)
  }
})

const zones = ['UTC', 'Europe/Paris', 'America/St_Johns', 'Asia/Kathmandu'] as const
const span = fc
  .record({
    years: fc.constantFrom(0, 0, 0, 1, 3),
    months: fc.constantFrom(0, 0, 1, 5, 14),
    days: fc.constantFrom(0, 1, 7, 30, 400),
    hours: fc.constantFrom(0, 0, 1, 23, 100),
  })
  .filter(span => spanText(span) !== '')
const count: fc.Arbitrary<KeepCount> = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant('unlimited' as const))
const perPeriod = <Value>(value: fc.Arbitrary<Value>) =>
  fc.record(Object.fromEntries(periods.map(period => [period, value])) as Record<Period, fc.Arbitrary<Value>>, {
    requiredKeys: [],
  })
const policies: fc.Arbitrary<KeepPolicy> = fc
  .record(
    {
      last: count,
      count: perPeriod(count),
      within: span,
      withinPeriod: perPeriod(span),
      tags: fc.array(fc.subarray(['a', 'b', 'c'], { minLength: 1 }), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  )
  .filter(policy => !isEmptyPolicy(policy))

/** Instants that crowd around midnights, months, years, clock changes and now, each in the zone of some machine. */
const instants = fc.oneof(
  fc.integer({ min: Date.parse('2024-12-20Z'), max: now.getTime() }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
        '2026-01-01T00:00Z',
        '2025-12-29T00:00Z',
        '2026-02-28T23:00Z',
      ),
      fc.integer({ min: -5 * 86_400_000, max: 5 * 86_400_000 }),
    )
    .map(([text, by]) => Date.parse(text) + by),
  fc.integer({ min: Date.parse('2001-01-01Z'), max: now.getTime() }),
)
interface Made {
  readonly instant: number
  readonly zone: string
  readonly nanoseconds: number
  readonly tags: readonly string[]
  readonly paths: readonly string[]
  readonly hostname: string
}

const histories = fc.uniqueArray<Made, number>(
  fc.record({
    instant: instants,
    zone: fc.constantFrom(...zones),
    nanoseconds: fc.nat({ max: 999_999 }),
    tags: fc.subarray(['a', 'b', 'c', 'd']),
    paths: fc.subarray(['/srv', '/home']).map(paths => ['/etc', ...paths]),
    hostname: fc.constantFrom('one', 'two'),
  }),
  { minLength: 60, maxLength: 150, selector: ({ instant }) => instant, size: 'max' },
)

function fieldsOf({ instant, zone, nanoseconds, ...fields }: Made) {
  return { ...fields, time: timeIn(zone, instant, nanoseconds) }
}

function timeIn(zone: string, instant: number, nanoseconds: number): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant).add({ nanoseconds }).toZonedDateTimeISO(zone)
  return zone === 'UTC' ? zoned.toInstant().toString() : zoned.toString({ timeZoneName: 'never' })
}

function resticWords({ last, count, within, withinPeriod, tags }: KeepPolicy): string[] {
  const spanWords = (name: string, span: CalendarSpan | undefined) =>
    span === undefined ? [] : [`--keep-within${name}`, spanText(span)]
  const countWords = (name: string, count: KeepCount | undefined) =>
    count === undefined ? [] : [`--keep-${name}`, String(count)]
  return [
    ...countWords('last', last),
    ...periods.flatMap(period => countWords(period, count?.[period])),
    ...spanWords('', within),
    ...periods.flatMap(period => spanWords(`-${period}`, withinPeriod?.[period])),
    ...(tags ?? []).flatMap(list => ['--keep-tag', list.join(',')]),
  ]
}

interface ResticGroup {
  readonly host: string
  readonly paths: readonly string[] | null
  readonly tags: readonly string[] | null
  readonly keep: readonly { readonly id: string }[] | null
  readonly remove: readonly { readonly id: string }[] | null
  readonly reasons: readonly { readonly matches: readonly string[] }[] | null
}

function describeTheirs(groups: readonly ResticGroup[]) {
  return groups
    .map(({ host, paths, tags, keep, remove, reasons }) => ({
      key: JSON.stringify([host, paths ?? [], tags ?? []]),
      keep: (keep ?? []).map(({ id }, i) => [id, ...(reasons?.[i]?.matches ?? [])]),
      remove: (remove ?? []).map(({ id }) => id),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

function describeOurs(groups: readonly ForgetGroup<Snapshot>[]) {
  return groups
    .map(({ key, keep, remove }) => ({
      key: JSON.stringify([key.hostname ?? '', key.paths ?? [], key.tags ?? []]),
      keep: keep.map(({ snapshot, reasons }) => [snapshot.id, ...reasons]),
      remove: remove.map(({ id }) => id),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

const groupings: readonly (readonly GroupField[])[] = [['host', 'paths'], ['tags'], []]

describe('against restic forget --dry-run', { skip: typeof found === 'string' ? found : false }, () => {
  it('keeps and removes what restic does, for its reasons, in random histories in several zones', async () => {
    const agree = async (made: readonly Made[], policies: readonly KeepPolicy[], timeZone: string) => {
      const restic = (await stockRestic('0.18', { TZ: timeZone })) as Restic
      await using scratch = await scratchFolder()
      const { repository } = await newRepository(scratch.path('r'), signal)
      const snapshots = await writeSnapshots(repository, made.map(fieldsOf), signal)
      for (const [i, policy] of policies.entries()) {
        const groupBy = groupings[i % groupings.length]!
        const words = ['forget', '--dry-run', '--json', '--no-lock', '--unsafe-allow-remove-all', '--path', '/etc']
        const all = [...words, '--group-by', groupBy.join(','), ...resticWords(policy)]
        const theirs = JSON.parse(await restic(scratch.path('r'), ...all)) as ResticGroup[]
        const ours = planForget(snapshots, policy, { now: new Date(), timeZone, groupBy, allowRemoveAll: true })
        assert.deepEqual(describeOurs(ours), describeTheirs(theirs))
      }
    }
    const rules = fc.array(policies, { minLength: 8, maxLength: 8 })
    const property = fc.asyncProperty(histories, rules, fc.constantFrom(...zones), agree)
    await fc.assert(property, { numRuns: 10, endOnFailure: true })
  })
})
