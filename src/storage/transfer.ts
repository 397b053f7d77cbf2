import { BlackstartError } from '../errors.ts'

export type Direction = 'read' | 'write'

/** Resolves when that many bytes may move. Rejects with the signal's reason when it is aborted. */
export type Pace = (direction: Direction, bytes: number, signal: AbortSignal) => Promise<void>

export interface TransferRules {
  readonly pace?: Pace | undefined
  /** Milliseconds. */
  readonly idleTimeout?: number | undefined
}

/** Milliseconds. Longer than a disk needs to spin up or a storage to answer under load. */
const defaultIdleTimeout = 60_000

/** Bytes that are paced at a time: what is sent or received between two questions to the pace. */
export const transferPiece = 64 * 1024

/**
 * One request on a network storage, from its beginning to its disposal. It ends, by `signal`, when the caller gives it up,
 * or when nothing has moved for the idle timeout; waiting for the pace does not count as that.
 */
export class Transfer implements Disposable {
  readonly #ended = new AbortController()
  readonly #rules: TransferRules
  readonly #caller: AbortSignal
  readonly #giveUp = (): void => this.#ended.abort(this.#caller.reason)
  readonly #idle: () => void
  #timer: NodeJS.Timeout | null = null
  #disposed = false

  /** `what` ends the sentence "… stopped answering while it was …": `being read (data/ab/ab…)`. */
  constructor(rules: TransferRules, location: string, what: string, caller: AbortSignal) {
    this.#rules = rules
    this.#caller = caller
    const limit = rules.idleTimeout ?? defaultIdleTimeout
    this.#idle = () => this.#ended.abort(stalled(location, what, limit))
    caller.addEventListener('abort', this.#giveUp, { once: true })
    if (caller.aborted) this.#giveUp()
    else this.alive()
  }

  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /** Something moved, or the other side is waited for again: the idle timeout begins anew. */
  alive(): void {
    if (this.#disposed) return
    if (this.#timer === null) this.#timer = setTimeout(this.#idle, this.#rules.idleTimeout ?? defaultIdleTimeout)
    else this.#timer.refresh()
  }

  /** Await it before bytes are sent and after they were received, at most `transferPiece` at a time for an even flow. */
  async move(direction: Direction, bytes: number): Promise<void> {
    this.signal.throwIfAborted()
    if (this.#rules.pace !== undefined) {
      this.pause()
      await this.#rules.pace(direction, bytes, this.signal)
    }
    this.alive()
  }

  /** The parts in slices of at most `transferPiece`, each given out when it may be sent. */
  async *paced(parts: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      for (let at = 0; at < part.byteLength; at += transferPiece) {
        const slice = part.subarray(at, at + transferPiece)
        await this.move('write', slice.byteLength)
        yield slice
      }
    }
  }

  /** Nothing is waited for, until `alive`: our own side is busy with what it got. */
  pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.pause()
    this.#caller.removeEventListener('abort', this.#giveUp)
  }
}

function stalled(location: string, what: string, limit: number): BlackstartError {
  return new BlackstartError(
    'timeout',
    `${location} stopped answering while it was ${what}: nothing moved for ${limit / 1000} seconds. Check the server and the network between.`,
    { retry: true, facts: { location, idleTimeout: limit } },
  )
}
