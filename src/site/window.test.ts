import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { insideWindow, isExpected, nextClosing, parseWindow, weekCovered, windowsAround } from './window.ts'

const daily = [1, 2, 3, 4, 5, 6, 7]
const inside = (window: string, instant: string, timezone = 'Europe/Paris') =>
  insideWindow(parseWindow(window)!, Temporal.Instant.from(instant), timezone)

test('windows are read as days and minutes', () => {
  assert.deepEqual(parseWindow('mon-fri 06:00-22:00'), { days: [1, 2, 3, 4, 5], from: 360, to: 1320 })
  assert.deepEqual(parseWindow('daily 12:00-13:00'), { days: daily, from: 720, to: 780 })
  assert.deepEqual(parseWindow('sat,sun 00:00-24:00'), { days: [6, 7], from: 0, to: 1440 })
  assert.deepEqual(parseWindow('22:00-06:00'), { days: daily, from: 1320, to: 360 })
  assert.deepEqual(parseWindow('fri-mon,wed 01:00-02:00'), { days: [1, 3, 5, 6, 7], from: 60, to: 120 })
})

test('what is no window is refused', () => {
  const texts = [
    '',
    'mon',
    '06:00',
    '6:00-7:00',
    '25:00-26:00',
    '06:60-07:00',
    '06:00-06:00',
    '24:00-06:00',
    '00:00-24:01',
  ]
  for (const text of [
    ...texts,
    'mo 06:00-07:00',
    'mon-wed-fri 06:00-07:00',
    'mon- 06:00-07:00',
    ',mon 06:00-07:00',
    'Mon 06:00-07:00',
  ]) {
    assert.equal(parseWindow(text), null, text)
  }
})

test('a window counts by the clock of the site, from its first minute to before its last', () => {
  assert.equal(inside('mon-fri 06:00-22:00', '2026-01-05T04:59:59Z'), false)
  assert.equal(inside('mon-fri 06:00-22:00', '2026-01-05T05:00:00Z'), true)
  assert.equal(inside('mon-fri 06:00-22:00', '2026-01-05T21:00:00Z'), false)
  assert.equal(inside('mon-fri 06:00-22:00', '2026-07-06T04:00:00Z'), true, 'summer time')
  assert.equal(inside('mon-fri 06:00-22:00', '2026-01-04T12:00:00Z'), false, 'Sunday')
})

test('a window over midnight belongs to the day on which it begins', () => {
  assert.equal(inside('fri 22:00-06:00', '2026-01-10T04:59:00Z'), true, 'Saturday 05:59')
  assert.equal(inside('fri 22:00-06:00', '2026-01-09T04:59:00Z'), false, 'Friday 05:59')
  assert.equal(inside('sun 22:00-06:00', '2026-01-05T04:00:00Z'), true, 'Monday after Sunday')
})

test('an hour that is repeated counts twice, one that is left out never', () => {
  assert.equal(inside('02:15-02:45', '2026-10-25T00:30:00Z'), true)
  assert.equal(inside('02:15-02:45', '2026-10-25T01:30:00Z'), true)
  assert.equal(inside('02:15-02:45', '2026-03-29T00:59:00Z'), false)
  assert.equal(inside('02:15-02:45', '2026-03-29T01:00:00Z'), false, 'the clock shows 03:00')
  assert.equal(inside('01:00-03:00', '2026-03-29T00:59:00Z'), true)
  assert.equal(inside('23:00-00:30', '2026-09-06T03:59:00Z', 'America/Santiago'), true)
  assert.equal(inside('23:00-00:30', '2026-09-06T04:00:00Z', 'America/Santiago'), false, 'midnight is left out there')
})

test('the share of the week that windows cover is that of its minutes', () => {
  const dayMinutes = fc.integer({ min: 0, max: 1440 })
  const window = fc
    .record({
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: fc.integer({ min: 0, max: 1439 }),
      to: dayMinutes,
    })
    .filter(({ from, to }) => from !== to)
  const monday = Temporal.Instant.from('2026-01-05T00:00:00Z')
  const step = 30
  fc.assert(
    fc.property(fc.array(window, { maxLength: 3 }), windows => {
      const rounded = windows.map(({ days, from, to }) => ({ days, from: from - (from % step), to: to - (to % step) }))
      const real = rounded.filter(({ from, to }) => from !== to)
      let minutes = 0
      for (let minute = 0; minute < 7 * 1440; minute += step) {
        if (real.some(one => insideWindow(one, monday.add({ minutes: minute }), 'UTC'))) minutes += step
      }
      assert.equal(weekCovered(real), minutes / (7 * 1440))
    }),
    { numRuns: 60 },
  )
})

const span = (texts: readonly string[], time: string, zone = 'Europe/Paris') => {
  const windows = texts.map(text => parseWindow(text)).filter(window => window !== null)
  const found = windowsAround(windows, Temporal.Instant.from(time), zone)
  return found === null ? null : `${found.start} ${found.end}`
}

test('the quiet time around an instant goes from its first window to its last', () => {
  assert.equal(span(['mon-fri 06:00-08:00'], '2026-11-24T06:30:00Z'), '2026-11-24T05:00:00Z 2026-11-24T07:00:00Z')
  assert.equal(span(['mon-fri 06:00-08:00'], '2026-11-24T07:00:00Z'), null)
  assert.equal(
    span(['06:00-08:00', '08:00-09:30'], '2026-11-24T05:00:00Z'),
    '2026-11-24T05:00:00Z 2026-11-24T08:30:00Z',
  )
  assert.equal(span(['22:00-06:00'], '2026-11-24T01:00:00Z'), '2026-11-23T21:00:00Z 2026-11-24T05:00:00Z')
  assert.equal(span(['sat,sun 00:00-24:00'], '2026-11-28T12:00:00Z'), '2026-11-27T23:00:00Z 2026-11-29T23:00:00Z')
})

test('where the clock is set, quiet windows keep their times of day', () => {
  // 25 October 2026, 03:00 becomes 02:00; 28 March 2027, 02:00 becomes 03:00
  assert.equal(span(['sun 01:00-05:00'], '2026-10-25T01:30:00Z'), '2026-10-24T23:00:00Z 2026-10-25T04:00:00Z')
  assert.equal(span(['sun 01:00-05:00'], '2027-03-28T01:30:00Z'), '2027-03-28T00:00:00Z 2027-03-28T03:00:00Z')
})

test('an instant inside a window lies before the end of the time around it, also where the clock is set', () => {
  const changes = [
    ['Europe/Paris', '2026-03-29T01:00:00Z'],
    ['Europe/Paris', '2026-10-25T01:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ] as const
  const window = fc
    .tuple(fc.nat(287), fc.nat(287))
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ days: daily, from: (from % 60) * 5, to: (to % 60) * 5 + 5 }))
    .filter(({ from, to }) => from !== to)
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...changes),
      fc.integer({ min: -150, max: 150 }),
      (windows, [timezone, change], minutes) => {
        const instant = Temporal.Instant.from(change).add({ minutes })
        const around = windowsAround(windows, instant, timezone)
        assert.equal(
          around !== null,
          windows.some(one => insideWindow(one, instant, timezone)),
        )
        if (around === null) return
        assert.ok(Temporal.Instant.compare(around.start, instant) <= 0)
        assert.ok(Temporal.Instant.compare(instant, around.end) < 0, `${instant} to ${around.end}`)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('quiet windows without end are cut off', () => {
  assert.notEqual(span(['daily 00:00-24:00'], '2026-11-24T12:00:00Z'), null)
})

test('the next closing of a change window', () => {
  const closing = (texts: readonly string[], time: string) =>
    nextClosing(
      texts.map(text => parseWindow(text)).filter(window => window !== null),
      Temporal.Instant.from(time),
      'Europe/Paris',
    )?.toString() ?? null
  assert.equal(closing(['mon-fri 06:00-18:00'], '2026-11-24T12:00:00Z'), '2026-11-24T17:00:00Z')
  assert.equal(closing(['mon-fri 06:00-18:00'], '2026-11-24T17:00:00Z'), '2026-11-25T17:00:00Z')
  assert.equal(closing(['sat 08:00-16:00'], '2026-11-28T16:00:00Z'), '2026-12-05T15:00:00Z')
  assert.equal(closing([], '2026-11-24T12:00:00Z'), null)
})

const expected = (windows: readonly string[], since: string, at: string, timezone = 'Europe/Paris') =>
  isExpected(
    windows.map(text => parseWindow(text)!),
    { since: Temporal.Instant.from(since), at: Temporal.Instant.from(at) },
    timezone,
  )

test('a change is expected where it may have been made inside a change window', () => {
  const saturday = ['sat 08:00-16:00']
  assert.equal(expected([], '2026-01-01T00:00Z', '2026-01-05T00:00Z'), null, 'no windows: a change is just a change')
  assert.equal(expected(saturday, '2026-01-09T10:00Z', '2026-01-09T12:00Z'), false, 'Friday')
  assert.equal(expected(saturday, '2026-01-10T10:00Z', '2026-01-10T10:05Z'), true, 'Saturday')
  assert.equal(
    expected(saturday, '2026-01-09T10:00Z', '2026-01-12T12:00Z'),
    true,
    'confirmed on Friday, seen on Monday',
  )
  assert.equal(expected(saturday, '2026-01-10T15:00:00Z', '2026-01-10T15:10Z'), false, 'confirmed as the window closed')
  assert.equal(expected(saturday, '2026-01-10T14:59:59Z', '2026-01-10T15:10Z'), true, 'confirmed a second before')
  assert.equal(expected(saturday, '2026-01-10T06:00Z', '2026-01-10T06:59:59Z'), false, 'seen before it opened')
  assert.equal(expected(saturday, '2026-01-10T06:00Z', '2026-01-10T07:00Z'), true, 'seen as it opened')
  assert.equal(
    expected(saturday, '2026-01-10T12:00Z', '2026-01-10T11:00Z'),
    true,
    'the clock was set back: only when it was seen',
  )
  assert.equal(expected(saturday, '2026-01-09T12:00Z', '2026-01-09T11:00Z'), false)
  assert.equal(expected(saturday, '2020-01-01T00:00Z', '2026-01-09T12:00Z'), true, 'years')
})

test('a change is judged by the clock of the site when that is set', () => {
  const window = ['02:15-02:45']
  assert.equal(expected(window, '2026-03-29T00:30Z', '2026-03-29T01:30Z'), false, 'the hour that does not exist')
  assert.equal(expected(window, '2026-10-25T00:50Z', '2026-10-25T01:10Z'), false, 'between its two times')
  assert.equal(expected(window, '2026-10-25T00:50Z', '2026-10-25T01:20Z'), true, 'the second time')
  assert.equal(
    expected(['02:15-04:00'], '2026-03-29T00:30Z', '2026-03-29T01:00Z'),
    true,
    'open as the clock is set forward',
  )
  assert.equal(
    expected(['01:30-02:10'], '2026-10-25T00:20Z', '2026-10-25T01:05Z'),
    true,
    'open again as it is set back',
  )
})

test('a change is expected exactly where the clock showed a time inside a window in between', () => {
  const begin = Temporal.Instant.from('2026-03-26T00:00Z')
  const zones = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'UTC']
  const window = fc
    .record({
      days: fc.subarray(daily, { minLength: 1 }),
      from: fc.integer({ min: 0, max: 95 }).map(quarter => quarter * 15),
      to: fc.integer({ min: 1, max: 96 }).map(quarter => quarter * 15),
    })
    .filter(({ from, to }) => from !== to)
  const start = fc.integer({ min: 0, max: 4 * 7 * 96 }) // quarters of an hour, over both weeks in which clocks are set
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 2 }),
      start,
      fc.nat(200),
      fc.constantFrom(...zones),
      (windows, first, length, zone) => {
        const quarter = (count: number) => begin.add({ minutes: 15 * (first + count) })
        let inside = false
        for (let count = 0; count <= length; count++)
          inside ||= windows.some(one => insideWindow(one, quarter(count), zone))
        assert.equal(isExpected(windows, { since: quarter(0), at: quarter(length) }, zone), inside)
      },
    ),
    { numRuns: 100 },
  )
})
