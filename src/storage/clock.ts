import { setTimeout as sleep } from 'node:timers/promises'

/** Time as the decorators of this layer see it. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number
  /** Rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(milliseconds, signal) {
    try {
      await sleep(milliseconds, undefined, { signal })
    } catch {
      signal.throwIfAborted()
    }
  },
}
