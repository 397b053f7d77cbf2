import { setTimeout as sleep } from 'node:timers/promises'

export interface Clock {
  /** Epoch milliseconds: what people read. It may be set at any time. */
  wall(): number
  /** Milliseconds since some moment; nobody sets it. */
  elapsed(): number
  /** Ends after so many milliseconds, or sooner when `signal` aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  wait: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  },
}
