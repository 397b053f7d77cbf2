import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextDigest } from './next-digest.ts'

const at = (text: string) => Temporal.Instant.from(text)
const daily = (minute: number) => [{ days: [1, 2, 3, 4, 5, 6, 7], minute }]

test('digests are due by the clock of the site, on their days', () => {
  const next = (after: string, days: number[]) =>
    nextDigest([{ days, minute: 360 }], at(after), 'Europe/Paris')?.toString()
  assert.equal(next('2026-11-23T04:59:59Z', [1, 2, 3, 4, 5, 6, 7]), '2026-11-23T05:00:00Z')
  assert.equal(next('2026-11-23T05:00:00Z', [1, 2, 3, 4, 5, 6, 7]), '2026-11-24T05:00:00Z')
  // the 28th is a Saturday
  assert.equal(next('2026-11-27T12:00:00Z', [1, 2, 3, 4, 5]), '2026-11-30T05:00:00Z')
  assert.equal(next('2026-11-23T05:00:00Z', [1]), '2026-11-30T05:00:00Z')
})

test('a digest in the hour that is left out comes when the clock is set, one in the repeated hour once', () => {
  // on 28 March 2027 02:00 becomes 03:00, on 31 October 2027 03:00 becomes 02:00
  const next = (after: string) => nextDigest(daily(150), at(after), 'Europe/Paris')?.toString()
  assert.equal(next('2027-03-27T23:00:00Z'), '2027-03-28T01:30:00Z')
  assert.equal(next('2027-03-28T01:30:00Z'), '2027-03-29T00:30:00Z')
  assert.equal(next('2027-10-30T22:00:00Z'), '2027-10-31T00:30:00Z')
  assert.equal(next('2027-10-31T00:30:00Z'), '2027-11-01T01:30:00Z')
})

test('over a year there is one digest for each day, whatever the time and the zone', () => {
  const zones = fc.constantFrom('Europe/Paris', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC', 'America/Havana')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1439 }), zones, (minute, zone) => {
      let now = at('2027-01-01T12:00:00Z')
      let count = 0
      while (Temporal.Instant.compare(now, at('2028-01-01T12:00:00Z')) < 0) {
        const next = nextDigest(daily(minute), now, zone)
        assert.ok(next)
        const hours = now.until(next).total('hour')
        assert.ok(count === 0 || (hours >= 22 && hours <= 26), `${hours}`)
        now = next
        count += 1
      }
      assert.ok(count === 365 || count === 366)
    }),
    { numRuns: 15 },
  )
})
