import type { Journal } from '../../archive/journal.ts'
import { BlackstartError, reasonOf } from '../../errors.ts'
import type { Channel, ChannelTarget } from './channel.ts'
import type { Notice } from './notice.ts'
import type { NoticeQueue } from './notice-queue.ts'

/** A channel of the site, with its kind, and as that sees it. */
export interface OpenChannel {
  readonly kind: Channel<unknown>
  readonly target: ChannelTarget<unknown>
}

/** What a lane works with. All times are milliseconds since 1970. */
export interface LaneContext {
  readonly queue: NoticeQueue
  readonly journal: Journal
  readonly now: () => number
  readonly random: () => number
  /** As the site in force has it. Throws `not-found` where it has none of that id. */
  readonly open: (channel: string) => OpenChannel
  /** How old what could not be delivered may become. */
  readonly keep: () => number
  /** Tells the others: by the rules, but for one channel. */
  readonly tell: (notice: Notice, except: string) => void
  /** For the log. */
  readonly trouble: (channel: string, message: string) => void
}

/** Work that is done in order, one piece at a time. */
export interface Lane {
  readonly name: string
  /** When there is something to do; null for nothing. */
  nextAt(): number | null
  /** Does the next piece. What fails is written down and tried again later; it rejects only where `signal` aborted. */
  step(signal: AbortSignal): Promise<void>
}

/** Milliseconds for one message, or one batch of lines. */
export const sendingTime = 120_000

/** The sentence of an error, for the queue, the pages and the log. */
export function sentenceOf(channel: string, error: unknown): string {
  if (error instanceof BlackstartError) return error.message
  if (error instanceof Error && error.name === 'TimeoutError')
    return `${channel}: sending took too long. Check the receiver.`
  return `${channel}: ${reasonOf(error)}`
}

/** While the queue itself cannot be read or written, it is tried again after this many milliseconds. */
const troublePause = 60_000

/** Keeps a lane from being stopped by its queue, and its disk from being kept busy. */
export class QueueGuard {
  readonly #channel: string
  readonly #context: LaneContext
  #blockedUntil = 0

  constructor(channel: string, context: LaneContext) {
    this.#channel = channel
    this.#context = context
  }

  /** Null where the action failed, which is told. */
  run<Result>(action: () => Result): Result | null {
    try {
      return action()
    } catch (error) {
      this.#blockedUntil = this.#context.now() + troublePause
      this.#context.trouble(this.#channel, sentenceOf(this.#channel, error))
      return null
    }
  }

  /** That moment, or the one when the queue is tried again. */
  notBefore(at: number): number {
    const now = this.#context.now()
    return this.#blockedUntil - now > troublePause ? at : Math.max(at, this.#blockedUntil)
  }
}
