import { type Asked, Coalescer, type CoalesceTiming } from './coalesce.ts'
import type { Seen } from './trigger.ts'

/** A coalescer that asks by itself when it is time. */
export class TimedCoalescer implements Disposable {
  readonly #coalescer: Coalescer
  readonly #ask: (asked: readonly Asked[]) => void
  #timer: NodeJS.Timeout | null = null
  #at = Number.POSITIVE_INFINITY
  #closed = false

  constructor(timing: CoalesceTiming, ask: (asked: readonly Asked[]) => void) {
    this.#coalescer = new Coalescer(timing)
    this.#ask = ask
  }

  get counts(): Coalescer['counts'] {
    return this.#coalescer.counts
  }

  event(item: string, seen: Seen): void {
    if (this.#closed) return
    const ready = this.#coalescer.event(item, seen, performance.now())
    // an event only puts off what it was set for: it is set again when it fires
    if (ready !== null && ready < this.#at) this.#set(ready)
  }

  began(item: string): void {
    this.#coalescer.began(item)
  }

  ended(item: string): void {
    this.#coalescer.ended(item, performance.now())
    this.#setNext()
  }

  /** Asks for what was gathered, and no more from then on. */
  [Symbol.dispose](): void {
    if (this.#closed) return
    this.#closed = true
    this.#clear()
    this.#tell(this.#coalescer.rest())
  }

  #fire(): void {
    this.#clear()
    this.#tell(this.#coalescer.due(performance.now()))
    this.#setNext()
  }

  #tell(asked: readonly Asked[]): void {
    if (asked.length > 0) this.#ask(asked)
  }

  #setNext(): void {
    const next = this.#coalescer.next()
    if (next !== null && next < this.#at) this.#set(next)
  }

  #set(at: number): void {
    if (this.#closed) return
    this.#clear()
    this.#at = at
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, at - performance.now()))
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#at = Number.POSITIVE_INFINITY
  }
}
