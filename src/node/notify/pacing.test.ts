import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gapAfter, nextMessage, retryPause } from './pacing.ts'

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
