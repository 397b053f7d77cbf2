import { type Clock, systemClock } from './clock.ts'
import type { Direction, Pace } from './transfer.ts'

/** What a restore moves goes before what a backup moves, in both directions. */
export type Priority = 'restore' | 'backup'

/** Bytes per second; null: as fast as it goes. */
export type Limits = Readonly<Record<Direction, number | null>>

/** Milliseconds of a limit's bytes that may be saved up while nothing moves. */
const burst = 250
/** Milliseconds without a restore's bytes after which backups move freely again. */
const quiet = 250
/** Pieces of restores that overtake a waiting backup before one of its own moves: its connections must not die of silence. */
const mostOvertaking = 16

interface Waiter {
  readonly direction: Direction
  readonly priority: Priority
  readonly bytes: number
  readonly go: () => void
}

/** Bandwidth limits and priorities over everything that shares them: one for each storage or line. */
export class Throttle {
  readonly #clock: Clock
  readonly #buckets: Record<Direction, Bucket>
  #limits: Limits
  #queue: Waiter[] = []
  #restored = Number.NEGATIVE_INFINITY
  /** Pieces of restores since a backup that waits in that direction could move. */
  #overtook: Record<Direction, number> = { read: 0, write: 0 }
  #timer: AbortController | null = null

  constructor(limits: Limits, clock: Clock = systemClock) {
    this.#clock = clock
    this.#limits = limits
    this.#buckets = { read: new Bucket(limits.read, clock.now()), write: new Bucket(limits.write, clock.now()) }
  }

  get limits(): Limits {
    return this.#limits
  }

  /** Holds at once, also for transfers that run. */
  limit(limits: Limits): void {
    this.#limits = limits
    for (const direction of ['read', 'write'] as const) {
      this.#buckets[direction].change(limits[direction], this.#clock.now())
    }
    this.#serve()
  }

  /** For `StorageAccess.pace` of a backend whose work has that priority. */
  pace(priority: Priority): Pace {
    return (direction, bytes, signal) => this.#take(direction, priority, bytes, signal)
  }

  #take(direction: Direction, priority: Priority, bytes: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#queue = this.#queue.filter(each => each !== waiter)
        if (!this.#backupWaits(direction)) this.#overtook[direction] = 0
        reject(signal.reason)
        this.#serve()
      }
      const go = (): void => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const waiter: Waiter = { direction, priority, bytes, go }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#enqueue(waiter)
      this.#serve()
    })
  }

  /** Restores stand before backups, and each behind those of its own kind. */
  #enqueue(waiter: Waiter): void {
    const at = waiter.priority === 'restore' ? this.#queue.findIndex(({ priority }) => priority === 'backup') : -1
    this.#queue.splice(at < 0 ? this.#queue.length : at, 0, waiter)
  }

  /** Lets everyone go who may, and comes back when the next one may. */
  #serve(): void {
    this.#timer?.abort()
    this.#timer = null
    for (;;) {
      const now = this.#clock.now()
      const waits = this.#queue.map(waiter => this.#wait(waiter, now))
      const at = waits.indexOf(0)
      if (at < 0) {
        this.#comeBack(Math.min(...waits))
        return
      }
      const [waiter] = this.#queue.splice(at, 1)
      if (waiter !== undefined) this.#letGo(waiter, now)
    }
  }

  /** Milliseconds until a waiter may move, as far as is known now. */
  #wait({ direction, priority }: Waiter, now: number): number {
    const bucket = this.#buckets[direction].wait(now)
    const itsTurn = this.#overtook[direction] >= mostOvertaking
    if (priority === 'restore') return itsTurn ? Number.POSITIVE_INFINITY : bucket
    return Math.max(bucket, itsTurn ? 0 : this.#restored + quiet - now, 0)
  }

  #letGo({ direction, priority, bytes, go }: Waiter, now: number): void {
    this.#buckets[direction].take(bytes, now)
    if (priority === 'backup') this.#overtook[direction] = 0
    else {
      this.#restored = now
      for (const way of ['read', 'write'] as const)
        this.#overtook[way] = this.#backupWaits(way) ? this.#overtook[way] + 1 : 0
    }
    go()
  }

  #backupWaits(direction: Direction): boolean {
    return this.#queue.some(each => each.priority === 'backup' && each.direction === direction)
  }

  #comeBack(wait: number): void {
    if (!Number.isFinite(wait)) return
    const timer = new AbortController()
    this.#timer = timer
    this.#clock.sleep(wait, timer.signal).then(
      () => this.#serve(),
      () => undefined, // another one was set in its place
    )
  }
}

/** A token bucket that may be overdrawn by one piece, whose debt is waited off by the next. */
class Bucket {
  #rate: number | null
  #left: number
  #at: number

  constructor(rate: number | null, now: number) {
    this.#rate = rate
    this.#left = rate === null ? 0 : (rate * burst) / 1000
    this.#at = now
  }

  change(rate: number | null, now: number): void {
    this.#fill(now)
    this.#rate = rate
    this.#left = Math.min(this.#left, ((rate ?? 0) * burst) / 1000)
  }

  wait(now: number): number {
    this.#fill(now)
    return this.#rate === null || this.#left > 0 ? 0 : (1 - this.#left) / (this.#rate / 1000)
  }

  take(bytes: number, now: number): void {
    this.#fill(now)
    if (this.#rate !== null) this.#left -= bytes
  }

  #fill(now: number): void {
    if (this.#rate === null) this.#left = 0
    else this.#left = Math.min((this.#rate * burst) / 1000, this.#left + ((now - this.#at) * this.#rate) / 1000)
    this.#at = now
  }
}
