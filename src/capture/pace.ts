import { setTimeout as sleep } from 'node:timers/promises'
import type { Pace } from './connector.ts'

/** A shared allowance of bytes: everybody who takes from it together stays under `bandwidth`. */
export interface Bucket {
  take(bytes: number, signal: AbortSignal): Promise<void>
}

/** A token bucket that may run ahead by 100 ms of its bandwidth, and never less than one byte. `now` is in milliseconds. */
export function bucket(bandwidth: number, now: () => number): Bucket {
  const ahead = 100
  let paidUntil = now() - ahead
  return {
    async take(bytes, signal) {
      signal.throwIfAborted()
      paidUntil = Math.max(paidUntil, now() - ahead) + (bytes / bandwidth) * 1000
      const wait = paidUntil - now()
      if (wait > 0) await sleep(wait, undefined, { signal })
    },
  }
}

/** A pace that keeps every bucket's limit (the device's, its zone's) and the longest of the pauses. */
export function pace(buckets: readonly Bucket[], pause: number): Pace {
  return {
    async bytes(bytes, signal) {
      for (const one of buckets) await one.take(bytes, signal)
    },
    async pause(signal) {
      if (pause > 0) await sleep(pause, undefined, { signal })
    },
  }
}
