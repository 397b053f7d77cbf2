import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { SharedOpening } from './shared-opening.ts'

function door() {
  const opening = Promise.withResolvers<string>()
  const unwanted: string[] = []
  let given: AbortSignal | null = null
  const shared = new SharedOpening(
    signal => {
      given = signal
      signal.addEventListener('abort', () => opening.reject(signal.reason))
      return opening.promise
    },
    opened => void unwanted.push(opened),
  )
  return { shared, unwanted, open: () => opening.resolve('open'), isGivenUp: () => given?.aborted === true }
}

test('who stops waiting stops nobody else', async () => {
  const { shared, unwanted, open, isGivenUp } = door()
  const stop = new AbortController()
  const first = shared.wait(stop.signal)
  const second = shared.wait(new AbortController().signal)
  stop.abort(new Error('stopped'))
  await assert.rejects(first, /stopped/)
  assert.equal(isGivenUp(), false)
  open()
  assert.equal(await second, 'open')
  assert.equal(await shared.wait(new AbortController().signal), 'open')
  assert.deepEqual([shared.isOver, shared.opened, unwanted], [false, 'open', []])
})

test('what nobody waits for any more is given up', async () => {
  const { shared, isGivenUp } = door()
  const stop = new AbortController()
  const only = shared.wait(stop.signal)
  stop.abort(new Error('stopped'))
  await assert.rejects(only, /stopped/)
  assert.deepEqual([shared.isOver, isGivenUp()], [true, true])
  assert.equal(await shared.settled(), null)
})

test('what opens while the last one leaves is taken back', async () => {
  const { shared, unwanted, open } = door()
  const stop = new AbortController()
  const only = shared.wait(stop.signal)
  open()
  stop.abort(new Error('stopped'))
  await only.catch(() => undefined)
  await turn()
  assert.equal(shared.opened, 'open')
  assert.ok(unwanted.length === 1 || (await only) === 'open', 'either it is taken back, or somebody has it')
})

test('what opens right after the last one has left, before he is told, is taken back as well', async () => {
  const { shared, unwanted, open } = door()
  const stop = new AbortController()
  const only = shared.wait(stop.signal)
  stop.abort(new Error('stopped'))
  open()
  await assert.rejects(only, /stopped/)
  await turn()
  assert.deepEqual([unwanted, shared.isOver], [['open'], true])
})
