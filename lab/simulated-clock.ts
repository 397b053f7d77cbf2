import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../src/node/schedule/clock.ts'

interface Timer {
  readonly at: number
  readonly fire: () => void
}

/** A clock that goes as fast as what waits for it, and that can be set. */
export class SimulatedClock implements Clock {
  #elapsed = 0
  #offset: number
  #asleep = 0
  #timers: Timer[] = []

  /** `wall`: epoch milliseconds. */
  constructor(wall: number) {
    this.#offset = wall
  }

  wall(): number {
    return this.#offset + this.#elapsed
  }

  elapsed(): number {
    return this.#elapsed
  }

  /** As somebody, or a time server, sets it. Milliseconds. */
  set(by: number): void {
    this.#offset += by
  }

  asleep(): number {
    return this.#asleep
  }

  /** As a machine that is suspended, and woken so many milliseconds later: nothing that waits has waited meanwhile. */
  sleep(milliseconds: number): void {
    this.#offset += milliseconds
    this.#asleep += milliseconds
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const timer = { at: this.#elapsed + Math.max(milliseconds, 0), fire: () => end() }
      const end = () => {
        signal.removeEventListener('abort', end)
        this.#timers = this.#timers.filter(other => other !== timer)
        resolve()
      }
      this.#timers.push(timer)
      signal.addEventListener('abort', end)
    })
  }

  /** Lets so many milliseconds pass; whatever waits goes on at its time. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.#elapsed + milliseconds
    for (;;) {
      await turn()
      const next = this.#next()
      if (next === null || next.at > until) break
      this.#elapsed = Math.max(this.#elapsed, next.at)
      next.fire()
    }
    this.#elapsed = until
  }

  #next(): Timer | null {
    let next: Timer | null = null
    for (const timer of this.#timers) if (next === null || timer.at < next.at) next = timer
    return next
  }
}
