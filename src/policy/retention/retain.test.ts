import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeepRules } from '../../site/site.ts'
import { floorOf } from './floor-of.ts'
import { type KeptVersion, retain } from './retain.ts'

const none: KeepRules = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, floor: null }
const usual: KeepRules = { last: 3, hourly: 24, daily: 30, weekly: 12, monthly: 24, yearly: 10, floor: null }
const noFloor = Temporal.Duration.from({ hours: 0 })
const days = (count: number) => Temporal.Duration.from({ hours: 24 * count })
const at = (text: string) => Temporal.Instant.from(text)

/** A version whose id is the time it was written at; `received` within the same instant unless it is given. */
function version(time: string, more: Partial<KeptVersion> & { receivedAt?: string } = {}): KeptVersion {
  const { receivedAt = time, ...flags } = more
  const whole = { id: time, equivalent: false, approved: false, held: false, ...flags }
  return { ...whole, time: at(time), received: at(receivedAt) }
}

interface Case {
  readonly rules: Partial<KeepRules>
  readonly now: string
  readonly timezone?: string
  /** In the order of time; those marked with a leading minus may go. */
  readonly times: readonly string[]
}

/** The newest version always stays: one after all the others, at `now`, keeps that out of the cases. */
function check(name: string, { rules, now, timezone = 'Europe/Paris', times }: Case): void {
  const versions = [...times.map(time => version(time.replace(/^-/, ''))), version(now, { id: 'now' })]
  const kept = retain(versions, { ...none, ...rules }, noFloor, timezone, at(now))
  const shown = kept.filter(({ id }) => id !== 'now').map(({ id, kept: stays }) => (stays ? id : `-${id}`))
  assert.deepEqual(shown, times, name)
}

test('of each of the last hours, days, weeks, months and years the first and the last stay', () => {
  check('hours of the clock: 12, 11 and 10', {
    rules: { hourly: 3 },
    now: '2026-06-10T12:40:00+02:00',
    times: [
      '-2026-06-10T09:59:59+02:00',
      '2026-06-10T10:00:00+02:00',
      '-2026-06-10T10:20:00+02:00',
      '-2026-06-10T10:40:00+02:00',
      '2026-06-10T10:59:59+02:00',
      '2026-06-10T11:30:00+02:00',
      '2026-06-10T12:00:00+02:00',
      '-2026-06-10T12:39:00+02:00',
    ],
  })
  check('days of the calendar: from midnight, not 24 hours back', {
    rules: { daily: 2 },
    now: '2026-06-10T12:40:00+02:00',
    times: [
      '-2026-06-08T23:59:59+02:00',
      '2026-06-09T00:00:00+02:00',
      '-2026-06-09T12:00:00+02:00',
      '2026-06-09T23:59:59+02:00',
      '2026-06-10T00:00:00+02:00',
    ],
  })
  check('weeks begin on Monday: 2026-06-10 is a Wednesday', {
    rules: { weekly: 1 },
    now: '2026-06-10T12:40:00+02:00',
    times: ['-2026-06-07T23:59:59+02:00', '2026-06-08T00:00:00+02:00', '-2026-06-09T00:00:00+02:00'],
  })
  check('months', {
    rules: { monthly: 2 },
    now: '2026-01-10T12:40:00+01:00',
    times: [
      '-2025-11-30T23:59:59+01:00',
      '2025-12-01T00:00:00+01:00',
      '-2025-12-24T00:00:00+01:00',
      '2025-12-31T23:59:59+01:00',
    ],
  })
  check('years', {
    rules: { yearly: 2 },
    now: '2026-01-10T12:40:00+01:00',
    times: [
      '-2024-12-31T23:59:59+01:00',
      '2025-01-01T00:00:00+01:00',
      '-2025-06-01T00:00:00+02:00',
      '2025-12-31T23:59:59+01:00',
    ],
  })
})

test('buckets are counted from now, not by what is there: after a long pause nothing old is in the last 30 days', () => {
  check('nothing was captured for two months', {
    rules: { daily: 30 },
    now: '2026-06-10T12:00:00+02:00',
    times: ['-2026-04-01T12:00:00+02:00', '-2026-04-02T12:00:00+02:00'],
  })
})

test('where the clock is set back the repeated hour counts twice, where it is set forward the missing one is none', () => {
  check('02:30 for the second time: back to 02:00 of the first time, and 01:00', {
    rules: { hourly: 3 },
    now: '2026-10-25T02:30:00+01:00',
    times: [
      '-2026-10-25T00:59:00+02:00',
      '2026-10-25T01:00:00+02:00',
      '-2026-10-25T01:10:00+02:00',
      '2026-10-25T01:59:00+02:00',
      '2026-10-25T02:10:00+02:00',
      '-2026-10-25T02:20:00+02:00',
      '2026-10-25T02:50:00+02:00',
      '2026-10-25T02:10:00+01:00',
    ],
  })
  check('03:30 comes an hour after 01:30', {
    rules: { hourly: 2 },
    now: '2026-03-29T03:30:00+02:00',
    times: [
      '-2026-03-29T00:59:00+01:00',
      '2026-03-29T01:00:00+01:00',
      '2026-03-29T01:59:00+01:00',
      '2026-03-29T03:00:00+02:00',
    ],
  })
  check('the day of 25 hours begins by summer time', {
    rules: { daily: 2 },
    now: '2026-10-26T12:00:00+01:00',
    times: [
      '-2026-10-24T23:59:59+02:00',
      '2026-10-25T00:00:00+02:00',
      '-2026-10-25T02:30:00+02:00',
      '2026-10-25T23:59:59+01:00',
    ],
  })
  check('hours begin at half past UTC in India', {
    rules: { hourly: 1 },
    now: '2026-06-10T12:40:00+05:30',
    timezone: 'Asia/Kolkata',
    times: ['-2026-06-10T11:59:59+05:30', '2026-06-10T12:00:00+05:30'],
  })
})

test('the newest received stays under any rules, and the newest few by each clock', () => {
  const versions = [
    version('2018-01-01T00:00:00Z'),
    version('2020-01-01T00:00:00Z'),
    version('2021-01-01T00:00:00Z'),
    version('2019-01-01T00:00:00Z', { receivedAt: '2022-01-01T00:00:00Z' }),
  ]
  const years = (last: number) =>
    retain(versions, { ...none, last }, noFloor, 'UTC', at('2026-01-01T00:00:00Z')).flatMap(({ id, kept }) =>
      kept ? id.slice(0, 4) : [],
    )
  // 2021 is in force by the own times
  assert.deepEqual(years(0), ['2021', '2019'])
  assert.deepEqual(years(2), ['2020', '2021', '2019'])
  assert.deepEqual(years(4), ['2018', '2020', '2021', '2019'])
})

test('approved and held versions stay for ever', () => {
  const versions = [
    version('2010-01-01T00:00:00Z', { approved: true }),
    version('2010-01-02T00:00:00Z', { held: true }),
    version('2010-01-03T00:00:00Z'),
    version('2010-01-04T00:00:00Z'),
  ]
  const kept = retain(versions, none, noFloor, 'UTC', at('2026-01-01T00:00:00Z'))
  assert.deepEqual(
    kept.map(({ reasons }) => reasons[0] ?? null),
    ['approved', 'held', null, 'in force when the floor begins (own time)'],
  )
  assert.deepEqual(
    kept.map(({ until }) => until),
    [null, null, null, null],
  )
})

test('any moment within the floor can be returned to: all that is younger stays, and what was in force when it begins', () => {
  const versions = ['01', '05', '20', '25'].map(day => version(`2026-01-${day}T00:00:00Z`, { equivalent: day > '20' }))
  const kept = retain(versions, none, days(20), 'UTC', at('2026-01-30T00:00:00Z'))
  assert.deepEqual(
    kept.map(one => one.kept),
    [false, true, true, true],
  )
  // the 5th is in force when the floor begins, until the 20th is 20 days old
  assert.equal(kept[1]?.until?.toString(), '2026-02-09T00:00:00Z')
})

test('what arrives late is as young as its arrival: a backlog is not thinned before the floor is over', () => {
  const versions = ['01', '02', '03', '04'].map(day =>
    version(`2025-01-${day}T00:00:00Z`, { receivedAt: `2026-01-29T00:0${day[1]}:00Z` }),
  )
  const kept = retain(versions, none, days(20), 'UTC', at('2026-01-30T00:00:00Z'))
  assert.ok(kept.every(one => one.reasons.includes('floor (received)')))
  assert.equal(kept[0]?.until?.toString(), '2026-02-18T00:01:00Z')
})

test('it is told when the last reason lapses', () => {
  const versions = [version('2026-06-10T09:10:00Z'), version('2026-06-10T09:20:00Z'), version('2026-06-10T10:10:00Z')]
  const until = (rules: Partial<KeepRules>, floor = noFloor) =>
    retain(versions, { ...none, ...rules }, floor, 'Europe/Paris', at('2026-06-10T10:30:00Z'))[0]?.until?.toString()
  assert.equal(until({ hourly: 3 }), '2026-06-10T12:00:00Z')
  assert.equal(until({ daily: 3 }), '2026-06-12T22:00:00Z')
  assert.equal(until({ weekly: 1 }), '2026-06-14T22:00:00Z')
  assert.equal(until({ monthly: 1 }), '2026-06-30T22:00:00Z')
  assert.equal(until({ yearly: 1 }), '2026-12-31T23:00:00Z')
  assert.equal(until({ hourly: 3 }, days(1)), '2026-06-11T09:10:00Z')
  assert.equal(until({ hourly: 3, yearly: 1 }), '2026-12-31T23:00:00Z')
})

test('a reason that has not come to pass is over at the instant that was told, not before', () => {
  const first = version('2026-10-24T09:10:00Z')
  const versions = [first, version('2026-10-24T09:20:00Z', { id: 'next' })]
  for (const rules of [{ hourly: 30 }, { daily: 3 }, { weekly: 2 }, { monthly: 2 }, { yearly: 1 }]) {
    const judged = (now: Temporal.Instant) => retain(versions, { ...none, ...rules }, noFloor, 'Europe/Paris', now)[0]
    const until = judged(at('2026-10-24T10:00:00Z'))?.until
    assert.ok(until, JSON.stringify(rules))
    assert.equal(judged(until.subtract({ milliseconds: 1 }))?.kept, true, JSON.stringify(rules))
    assert.equal(judged(until)?.kept, false, JSON.stringify(rules))
  }
})

test('a run of equivalents is thinned; what it repeats, its first and its newest stay', () => {
  const versions = ['01', '02', '03', '04', '05', '06', '07'].map(day =>
    version(`2020-01-${day}T00:00:00Z`, { equivalent: day >= '03' && day <= '06' }),
  )
  const kept = retain(versions, none, noFloor, 'UTC', at('2026-01-01T00:00:00Z'))
  assert.deepEqual(
    kept.map(one => one.kept),
    [false, true, true, false, false, true, true],
  )
})

test('a backlog of 30 days that arrives within one hour does not collapse', () => {
  const start = at('2026-05-01T10:00:00Z')
  const backlog = Array.from({ length: 30 }, (_, day): KeptVersion => {
    const received = at('2026-05-30T11:00:00Z').add({ minutes: day })
    return { ...version(start.add({ hours: 24 * day }).toString()), received }
  })
  const kept = retain(backlog, { ...none, daily: 30 }, noFloor, 'Europe/Paris', at('2026-05-30T12:00:00Z'))
  assert.equal(kept.filter(one => one.kept).length, 30)
  // forged snapshots around each of them, later, crowd none of them out
  const forged = backlog.flatMap(({ id, time }) =>
    [-1, 1].map(
      (minutes): KeptVersion => ({
        ...version(time.add({ minutes }).toString(), { id: `${id} ${minutes}` }),
        received: at('2026-05-30T11:59:00Z'),
      }),
    ),
  )
  const attacked = retain(
    [...forged, ...backlog],
    { ...none, daily: 30 },
    noFloor,
    'Europe/Paris',
    at('2026-05-30T12:00:00Z'),
  )
  assert.ok(backlog.every(({ id }) => attacked.find(one => one.id === id)?.kept))
})

test('a date in the future counts nowhere, and is no reason to stay once the floor is over', () => {
  const forged = Array.from({ length: 50 }, (_, index) =>
    version('2099-01-01T00:00:00Z', { id: `forged ${index}`, receivedAt: '2026-05-30T10:00:00Z' }),
  )
  const honest = version('2026-05-30T09:00:00Z')
  const next = version('2026-06-02T09:00:00Z')
  const rules = { ...none, last: 2, daily: 1 }
  const kept = retain([honest, ...forged, next], rules, days(1), 'UTC', at('2026-06-02T12:00:00Z'))
  assert.ok(kept[0]?.reasons.includes('last (own time)'))
  assert.deepEqual(
    kept.flatMap(one => (one.kept && one.id.startsWith('forged') ? one.reasons : [])),
    ['in force when the floor begins (received)', 'last (received)'],
  )
})

test('generous rules remove nothing', () => {
  const versions = Array.from({ length: 200 }, (_, hour) =>
    version(at('2026-05-01T00:30:00Z').add({ hours: hour }).toString()),
  )
  const now = at('2026-05-09T12:00:00Z')
  assert.ok(retain(versions, { ...none, hourly: 300 }, noFloor, 'UTC', now).every(({ kept }) => kept))
  assert.ok(retain(versions, none, days(10), 'UTC', now).every(({ kept }) => kept))
  assert.ok(retain(versions, { ...none, last: 200 }, noFloor, 'UTC', now).every(({ kept }) => kept))
})

test('a history of 20,000 versions is decided in well under a second', () => {
  const now = at('2026-05-09T12:00:00Z')
  const versions = Array.from({ length: 20_000 }, (_, index): KeptVersion => {
    const time = now.subtract({ minutes: 47 * index })
    return {
      id: `v${index}`,
      time,
      received: time.add({ seconds: 40 }),
      equivalent: index % 3 > 0,
      approved: false,
      held: false,
    }
  })
  // the best of three: the machine may be busy
  const took = [1, 2, 3].map(() => {
    const before = performance.now()
    assert.equal(retain(versions, usual, days(92), 'Europe/Paris', now).length, 20_000)
    return performance.now() - before
  })
  assert.ok(Math.min(...took) < 1000, `${took} ms`)
})

test('the floor is never below what the class asks', () => {
  const rules = (floor: number | null) => ({ ...none, floor: floor === null ? null : days(floor) })
  const floors = (['very high', 'high', 'medium', 'low', null] as const).map(
    cls => floorOf(rules(60), cls).total('hours') / 24,
  )
  assert.deepEqual(floors, [366, 183, 92, 60, 92])
  assert.equal(floorOf(rules(null), 'low').total('hours') / 24, 31)
})

test('no versions, nothing to decide', () => {
  assert.deepEqual(retain([], usual, days(31), 'UTC', at('2026-01-01T00:00:00Z')), [])
})
