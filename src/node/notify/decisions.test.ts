import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { classes } from '../../policy/class.ts'
import { type Notify, type NotifyRule, noticeClasses } from '../../site/notify.ts'
import { nextDigest } from './next-digest.ts'
import { capLines, tidyNotice } from './notice.ts'
import { gapAfter, nextMessage, retryPause } from './pacing.ts'
import { plainLine } from './plain-text.ts'
import { routeNotice } from './route-notice.ts'
import { notice } from './test-rig.ts'

const rule = (over: Partial<NotifyRule>): NotifyRule => ({
  ...{ events: [], zones: [], classes: [], to: ['mail'], when: 'at-once' },
  ...over,
})
const digest = { digest: [{ days: [1, 2, 3, 4, 5, 6, 7], minute: 360 }] }
const notify = (...rules: NotifyRule[]): Notify => ({
  channels: ['mail', 'siem'].map(id => ({ id, via: 'email', options: {} })),
  ...{ rules, keep: Temporal.Duration.from({ hours: 1 }), journal: [] },
})
const channels = (rules: NotifyRule[], over: Parameters<typeof notice>[0] = {}) =>
  routeNotice(notify(...rules), notice(over)).map(({ channel }) => channel)

test('the classes of the site file are those of the policy', () => {
  assert.deepEqual(noticeClasses, classes)
})

test('a rule is for its events, zones and classes, and for all where it names none', () => {
  assert.deepEqual(channels([rule({})]), ['mail'])
  assert.deepEqual(channels([rule({ events: ['failure'] })]), [])
  assert.deepEqual(channels([rule({ events: ['failure', 'drift'], zones: ['cell-a'], classes: ['high'] })]), ['mail'])
  assert.deepEqual(channels([rule({ zones: ['cell-b'] })]), [])
  assert.deepEqual(channels([rule({ classes: ['low'] })]), [])
})

test('what has no zone needs a rule without zones; what has no class counts as medium', () => {
  const node = { kind: 'node', zone: null, class: null, subject: null } as const
  assert.deepEqual(channels([rule({ zones: ['cell-a'] }), rule({ classes: ['medium'] })], node), [])
  assert.deepEqual(channels([rule({ events: ['node'] })], node), ['mail'])
  assert.deepEqual(channels([rule({ classes: ['medium'] })], { class: null }), ['mail'])
})

test('broken glass and broken integrity are told to every channel at once, whatever the rules', () => {
  for (const kind of ['break-glass', 'integrity'] as const) {
    assert.deepEqual(routeNotice(notify(rule({ events: ['drift'], when: digest })), notice({ kind })), [
      { channel: 'mail', digest: null },
      { channel: 'siem', digest: null },
    ])
  }
})

test('a channel is told once; at once wins over a digest, and digests are added up', () => {
  assert.deepEqual(routeNotice(notify(rule({ when: digest }), rule({ to: ['mail', 'siem'] })), notice()), [
    { channel: 'mail', digest: null },
    { channel: 'siem', digest: null },
  ])
  const [both] = routeNotice(notify(rule({ when: digest }), rule({ when: digest })), notice())
  assert.equal(both?.digest?.length, 2)
})

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

test('the pause between attempts doubles up to a quarter of an hour, with some chance in it', () => {
  const pauses = [1, 2, 3, 9, 200].map(failures => retryPause(failures, 0.5))
  assert.deepEqual(pauses, [5_000, 10_000, 20_000, 900_000, 900_000])
  assert.deepEqual([retryPause(1, 0), retryPause(1, 0.999)], [4_500, 5_499])
})

test('a storm of a day makes about a hundred messages, not thousands', () => {
  let sent = { lastSent: null as number | null, gap: 0 }
  let messages = 0
  const waiting = { begun: false, atOnce: 5, urgent: false, digestDue: null }
  for (let now = 0; now < 24 * 3_600_000; now += 1_000) {
    const next = nextMessage(waiting, { ...sent, nextTry: null, gathers: true }, now)
    if (next === null || next.at > now) continue
    sent = { lastSent: now, gap: gapAfter(sent, now) }
    messages += 1
  }
  assert.ok(messages > 90 && messages < 110, `${messages}`)
  assert.equal(gapAfter(sent, 30 * 3_600_000), 60_000)
})

test('the first notice goes at once, what is urgent waits ten seconds at most, and a clock that is set back delays nothing', () => {
  const waiting = { begun: false, atOnce: 1, urgent: false, digestDue: null }
  const sent = { lastSent: 1_000_000, gap: 60_000, nextTry: null, gathers: true }
  const when = (over: object, state: object, now = 1_005_000) =>
    nextMessage({ ...waiting, ...over }, { ...sent, ...state }, now)?.at
  assert.equal(when({}, { lastSent: null }), 1_005_000)
  assert.equal(when({}, {}), 1_060_000)
  assert.equal(when({ urgent: true }, {}), 1_010_000)
  assert.equal(when({}, { gathers: false }), 1_005_000)
  assert.equal(when({}, { nextTry: 1_090_000 }), 1_090_000)
  assert.equal(when({}, {}, 5_000), 5_000)
  assert.equal(when({}, { nextTry: 9e12, lastSent: null }), 1_005_000)
  assert.equal(when({ atOnce: 0 }, {}), undefined)
  assert.deepEqual(nextMessage({ ...waiting, atOnce: 0, digestDue: 7e6 }, sent, 1_005_000), { at: 7e6, digest: true })
})

test('a body is cut at a line, says so, and is never larger than it may be', () => {
  const text = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')
  const cut = capLines(text, 300)
  assert.match(cut, /^line 0\n[\s\S]*\nline \d+\n\[cut here: \d+ of 100 lines are not shown\]$/)
  const shown = cut.split('\n').length - 1
  assert.match(cut, new RegExp(`cut here: ${100 - shown} of 100`))
  assert.equal(capLines(text, 5_000), text)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), body => {
      const kept = capLines(body, 400)
      assert.ok(Buffer.byteLength(kept) <= 400)
      assert.ok(kept.isWellFormed() || !body.isWellFormed())
    }),
  )
})

test('names lose what moves, hides or turns round the text beside them', () => {
  assert.equal(plainLine('a\u202egpj.exe\r\nBcc: x\0', 50), 'a\uFFFDgpj.exe Bcc: x\uFFFD')
  assert.equal(plainLine('üüüüü', 3), 'üü…')
  const tidy = tidyNotice(
    notice({ title: 'x\ny'.repeat(500), body: 'a\r\nb\u001b[31m\tc', facts: { 'a\nb': '\u2066x' } }),
  )
  assert.equal(Array.from(tidy.title).length, 300)
  assert.deepEqual([tidy.body, tidy.facts], ['a\nb\uFFFD[31m\tc', { 'a b': '\uFFFDx' }])
})
