import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { RequestSlots } from './request-slots.ts'
import { type Pace, Transfer, transferPiece } from './transfer.ts'

const never = new AbortController().signal
const begin = (idleTimeout: number, caller = never, pace?: Pace): Transfer =>
  new Transfer({ idleTimeout, pace }, 'rest:http://host/', 'being read (config)', caller)

const ended = (transfer: Transfer): Promise<unknown> =>
  new Promise(resolve => transfer.signal.addEventListener('abort', () => resolve(transfer.signal.reason)))

it('ends when nothing moves, and says where and at what', async () => {
  using transfer = begin(20)
  const reason = await ended(transfer)
  assert.ok(reason instanceof Error)
  assert.match(reason.message, /^rest:http:\/\/host\/ stopped answering while it was being read \(config\)/)
  await assert.rejects(transfer.move('read', 1), { code: 'timeout', retry: true })
})

it('lives on while something moves, while it waits for the pace, and while its own side is busy', async () => {
  using transfer = begin(200, never, async (_, bytes) => {
    if (bytes === 2) await sleep(300)
  })
  for (let i = 0; i < 5; i += 1) {
    await sleep(60)
    await transfer.move('read', 1)
  }
  await transfer.move('read', 2)
  transfer.pause()
  await sleep(300)
  assert.equal(transfer.signal.aborted, false)
  transfer.alive()
  await ended(transfer)
})

it('ends with the reason of its caller, before or during it', async () => {
  const reason = new Error('enough')
  using late = begin(60_000, AbortSignal.abort(reason))
  assert.equal(late.signal.reason, reason)
  const stop = new AbortController()
  using transfer = begin(60_000, stop.signal)
  stop.abort(reason)
  await assert.rejects(transfer.move('write', 1), reason)
})

it('keeps nothing running once it is disposed of', async () => {
  const transfer = begin(20)
  transfer[Symbol.dispose]()
  transfer.alive()
  await sleep(50)
  assert.equal(transfer.signal.aborted, false)
})

it('sends slices of the caller’s own bytes, each after the pace let it go', async () => {
  const asked: number[] = []
  using transfer = begin(60_000, never, async (_, bytes) => void asked.push(bytes))
  const part = Buffer.alloc(transferPiece + 10)
  const slices = await Array.fromAsync(transfer.paced([part, Buffer.alloc(0), Buffer.alloc(5)]))
  assert.deepEqual(asked, [transferPiece, 10, 5])
  assert.equal(slices[1]?.buffer, part.buffer)
})

it('lets so many requests through at a time, in the order of their coming', async () => {
  const slots = new RequestSlots(1)
  const order: number[] = []
  const first = await slots.take(never)
  const stop = new AbortController()
  const takes = [2, 3, 4].map(async number => {
    using _slot = await slots.take(number === 3 ? stop.signal : never)
    order.push(number)
  })
  stop.abort(new Error('enough'))
  first[Symbol.dispose]()
  first[Symbol.dispose]() // given back once
  const [second, third, fourth] = await Promise.allSettled(takes)
  assert.deepEqual([second?.status, third?.status, fourth?.status], ['fulfilled', 'rejected', 'fulfilled'])
  assert.deepEqual(order, [2, 4])
})
