import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucket, pace } from './pace.ts'

const never = new AbortController().signal

test('two readers of one bucket together stay under its bandwidth', async () => {
  const shared = bucket(100_000, performance.now.bind(performance))
  const started = performance.now()
  const read = async () => {
    for (let index = 0; index < 10; index += 1) await shared.take(2_000, never)
  }
  await Promise.all([read(), read()])
  const seconds = (performance.now() - started) / 1000
  assert.ok(seconds >= 0.28, `40 kB at 100 kB/s, less the head start, took ${seconds} s`)
})

test('a pause is kept, and an abort ends it at once', async () => {
  const slow = pace([], 60_000)
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 20)
  await assert.rejects(slow.pause(abort.signal), { name: 'AbortError' })
  const started = performance.now()
  await pace([], 30).pause(never)
  assert.ok(performance.now() - started >= 28)
})

test('an abort ends a wait for bandwidth', async () => {
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 20)
  await assert.rejects(pace([bucket(1, Date.now)], 0).bytes(1_000, abort.signal), { name: 'AbortError' })
})
