import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from './manual-clock.ts'
import { type Limits, type Priority, Throttle } from './throttle.ts'
import type { Direction } from './transfer.ts'

const never = new AbortController().signal
const piece = 64 * 1024

/** Moves pieces one after the other until the signal ends it; counts the bytes. */
function transfer(throttle: Throttle, priority: Priority, direction: Direction, signal: AbortSignal) {
  const moved = { bytes: 0 }
  const pace = throttle.pace(priority)
  const run = async (): Promise<void> => {
    for (;;) {
      await pace(direction, piece, signal)
      moved.bytes += piece
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  run().catch(() => undefined)
  return moved
}

async function moved(limits: Limits, milliseconds: number): Promise<{ read: number; write: number }> {
  const [clock, stop] = [new ManualClock(), new AbortController()]
  const throttle = new Throttle(limits, clock)
  const [read, write] = (['read', 'write'] as const).map(way => transfer(throttle, 'backup', way, stop.signal))
  await clock.advance(milliseconds)
  stop.abort()
  return { read: read?.bytes ?? 0, write: write?.bytes ?? 0 }
}

it('moves no more than the limit, and no less, in each direction by itself', async () => {
  const { read, write } = await moved({ read: 1_000_000, write: 250_000 }, 60_000)
  assert.ok(Math.abs(read - 60_000_000) < 1_000_000, `${read} bytes read`)
  assert.ok(Math.abs(write - 15_000_000) < 500_000, `${write} bytes written`)
})

it('keeps to any limit from the first byte on, whatever the pieces', async () => {
  const rates = fc.integer({ min: 100, max: 10_000_000 })
  const pieces = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(rates, pieces, async (rate, sizes) => {
      const clock = new ManualClock()
      const pace = new Throttle({ read: rate, write: null }, clock).pace('backup')
      let [before, last] = [0, 0]
      const run = async (): Promise<void> => {
        for (const bytes of sizes) {
          await pace('read', bytes, never)
          last = clock.now() / 1000
          assert.ok(before <= (last + 0.25) * rate + 1, `${before} bytes in ${last} s at ${rate} B/s`)
          before += bytes
        }
      }
      const all = run()
      const total = sizes.reduce((sum, bytes) => sum + bytes, 0)
      await clock.advance((total / rate) * 1000 + 1000)
      await all
      assert.ok(last <= total / rate)
    }),
    { numRuns: 50 },
  )
})

it('takes a new limit at once, also for what waits', async () => {
  const [clock, stop] = [new ManualClock(), new AbortController()]
  const throttle = new Throttle({ read: null, write: 100 }, clock)
  const written = transfer(throttle, 'backup', 'write', stop.signal)
  await clock.advance(10_000) // the first piece takes eleven minutes to pay off
  assert.equal(written.bytes, piece)
  throttle.limit({ read: null, write: 1_000_000 })
  assert.deepEqual(throttle.limits, { read: null, write: 1_000_000 })
  await clock.advance(10_000)
  assert.ok(Math.abs(written.bytes - 10_000_000) < 500_000, `${written.bytes} bytes written`)
  throttle.limit({ read: null, write: null })
  await clock.advance(1)
  assert.ok(written.bytes > 10_000_000)
  stop.abort()
})

it('lets a restore go before backups, in both directions, and backups live', async () => {
  const [clock, stop] = [new ManualClock(), new AbortController()]
  const throttle = new Throttle({ read: 1_000_000, write: 1_000_000 }, clock)
  const backups = (['read', 'write'] as const).map(way => transfer(throttle, 'backup', way, stop.signal))
  await clock.advance(1000)
  const before = backups.map(({ bytes }) => bytes)
  const restore = transfer(throttle, 'restore', 'read', stop.signal)
  await clock.advance(60_000)
  assert.ok(restore.bytes > 0.9 * 60_000_000, `${restore.bytes} bytes restored`)
  for (const [i, { bytes }] of backups.entries()) {
    const share = (bytes - (before[i] ?? 0)) / 60_000_000
    assert.ok(share > 0.01 && share < 0.1, `the backup got ${share} of its line`)
  }
  stop.abort()
})

it('holds backups back also where nothing is limited, until the restore is quiet', async () => {
  const clock = new ManualClock()
  const throttle = new Throttle({ read: null, write: null }, clock)
  const order: string[] = []
  await throttle.pace('restore')('read', piece, never)
  const backup = throttle
    .pace('backup')('write', piece, never)
    .then(() => order.push('backup'))
  await clock.advance(200)
  await throttle.pace('restore')('read', piece, never)
  order.push('restore')
  await clock.advance(200)
  assert.deepEqual(order, ['restore'])
  await clock.advance(100)
  await backup
  assert.deepEqual(order, ['restore', 'backup'])
})

it('forgets who gives up while waiting, with the reason of its signal', async () => {
  const clock = new ManualClock()
  const pace = new Throttle({ read: 1000, write: null }, clock).pace('backup')
  const stop = new AbortController()
  await pace('read', 10_000, never)
  const waiting = pace('read', 10_000_000, stop.signal)
  const next = pace('read', 1, never)
  stop.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  await clock.advance(11_000)
  await next
  await assert.rejects(pace('read', 1, stop.signal), /enough/)
})
