import { setImmediate as nextTurn } from 'node:timers/promises'

/** Steps from one turn to the next: a step takes microseconds, at the worst a millisecond. */
const most = 64

/**
 * Gives signals, timers and answers their turn in a loop that may go on for long without waiting for anything: promises
 * that are resolved already give them none, and then nothing would stop it, and no lock would be kept alive.
 */
export class Turns {
  #steps = 0

  /** To be called at each step; null, or what to wait for. */
  step(): Promise<void> | null {
    this.#steps += 1
    if (this.#steps < most) return null
    this.#steps = 0
    return nextTurn()
  }
}
