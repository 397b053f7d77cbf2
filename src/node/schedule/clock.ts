import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Clock {
  /** Epoch milliseconds: what people read. It may be set at any time. */
  wall(): number
  /** Milliseconds since some moment; nobody sets it. */
  elapsed(): number
  /**
   * Milliseconds that the machine was asleep since some moment, while `elapsed` stood still; the same for ever where the system
   * does not tell it.
   */
  asleep(): number
  /** Ends after so many milliseconds, or sooner when `signal` aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  // on Linux the uptime goes on in a sleep (CLOCK_BOOTTIME), and the other does not (CLOCK_MONOTONIC)
  asleep: () => os.uptime() * 1000 - Number(process.hrtime.bigint() / 1_000_000n),
  wait: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  },
}
