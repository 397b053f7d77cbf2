import type { Clock } from './clock.ts'

/** For tests: a clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = 0
  #sleepers: { readonly until: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.#now + milliseconds, wake: resolve }
      this.#sleepers.push(sleeper)
      signal.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter(each => each !== sleeper)
        reject(signal.reason)
      })
    })
  }

  /** Moves on, waking sleepers at their own times and letting what they do settle in between. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    await settled()
    for (;;) {
      const due = this.#sleepers.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0]
      if (due === undefined) break
      this.#now = Math.max(this.#now, due.until)
      this.#sleepers = this.#sleepers.filter(each => each !== due)
      due.wake()
      await settled()
    }
    this.#now = end
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 4; i += 1) await new Promise(resolve => setImmediate(resolve))
}
