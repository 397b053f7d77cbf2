import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Coalescer, coalesceTiming } from './coalesce.ts'

const seen = { trigger: 'syslog', what: 'a change', from: null }
const second = 1000
const items = (asked: readonly { readonly item: string }[]) => asked.map(({ item }) => item)

test('a capture is asked for once it was calm for five seconds', () => {
  const coalescer = new Coalescer()
  coalescer.event('plc/program', seen, 0)
  coalescer.event('plc/program', seen, 3 * second)
  assert.equal(coalescer.next(), 8 * second)
  assert.deepEqual(coalescer.due(8 * second - 1), [])
  assert.deepEqual(coalescer.due(8 * second), [{ item: 'plc/program', seen, events: 2 }])
  assert.deepEqual([coalescer.due(60 * second), coalescer.next()], [[], null], 'it is asked for once')
})

test('where it never is calm, a capture is asked for after a minute', () => {
  const coalescer = new Coalescer()
  for (let at = 0; at < 60; at++) {
    coalescer.event('plc/program', seen, at * second)
    assert.deepEqual(coalescer.due(at * second), [])
  }
  assert.equal(coalescer.due(60 * second).length, 1)
})

test('what is seen before a capture that was asked for begins, is in it', () => {
  const coalescer = new Coalescer()
  coalescer.event('plc/program', seen, 0)
  coalescer.due(5 * second)
  assert.equal(coalescer.event('plc/program', seen, 6 * second), null)
  coalescer.began('plc/program')
  coalescer.ended('plc/program', 10 * second)
  assert.equal(coalescer.next(), null)
})

test('a change during a capture asks for one more afterwards, and not within a minute', () => {
  const coalescer = new Coalescer()
  coalescer.began('plc/program')
  for (let at = 0; at < 30; at++) coalescer.event('plc/program', seen, at * second)
  assert.equal(coalescer.next(), null)
  coalescer.ended('plc/program', 30 * second)
  assert.equal(coalescer.next(), 90 * second)
  assert.deepEqual(coalescer.due(90 * second - 1), [])
  assert.deepEqual(coalescer.due(90 * second), [{ item: 'plc/program', seen, events: 30 }])
})

test('a capture that was asked for and will not begin makes room for the next', () => {
  const coalescer = new Coalescer()
  coalescer.event('plc/program', seen, 0)
  coalescer.due(5 * second)
  coalescer.ended('plc/program', 6 * second)
  coalescer.event('plc/program', seen, 7 * second)
  assert.equal(coalescer.next(), 66 * second)
})

test('items do not wait for each other', () => {
  const coalescer = new Coalescer()
  coalescer.event('plc/program', seen, 0)
  coalescer.event('hmi/project', seen, 2 * second)
  assert.deepEqual(items(coalescer.due(5 * second)), ['plc/program'])
  assert.equal(coalescer.next(), 7 * second)
  assert.deepEqual(items(coalescer.rest()), ['hmi/project'], 'at the end everything is asked for')
})

test('ten thousand events are one capture', () => {
  const coalescer = new Coalescer()
  for (let event = 0; event < 10_000; event++) coalescer.event('plc/program', seen, event / 10)
  assert.deepEqual(coalescer.due(10 * second), [{ item: 'plc/program', seen, events: 10_000 }])
  assert.deepEqual(coalescer.counts, { events: 10_000, asked: 1 })
})

test('whatever happens, no change is left out, captures keep their distance, and none waits too long', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant('event' as const) },
    { weight: 2, arbitrary: fc.constant('due' as const) },
    fc.constant('begin' as const),
  )
  const steps = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 20 * second })), { maxLength: 80 })
  fc.assert(
    fc.property(steps, done => {
      const coalescer = new Coalescer()
      const { calm, longest, gap } = coalesceTiming
      let [now, captured, asked, waiting] = [0, Number.NEGATIVE_INFINITY, false, Number.POSITIVE_INFINITY]
      for (const [what, pause] of done) {
        now += pause
        if (what === 'event') {
          coalescer.event('plc/program', seen, now)
          waiting = Math.min(waiting, now)
        } else if (what === 'due') {
          const due = coalescer.due(now).length
          assert.ok(due <= 1)
          if (due === 1) {
            assert.ok(!asked && waiting <= now - Math.min(calm, longest) && now >= captured + gap)
            asked = true
          }
          const late = Math.max(waiting + longest, captured + gap)
          assert.ok(asked || now < late, 'it is asked for in time')
        } else if (asked) {
          coalescer.began('plc/program')
          coalescer.ended('plc/program', now)
          ;[captured, asked, waiting] = [now, false, Number.POSITIVE_INFINITY]
        }
      }
      assert.equal(coalescer.next() !== null, waiting < Number.POSITIVE_INFINITY && !asked)
    }),
  )
})
