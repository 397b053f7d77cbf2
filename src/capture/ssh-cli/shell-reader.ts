import type { ClientChannel } from 'ssh2'
import type { Pace } from '../connector.ts'

/** The most bytes taken from a device at once, so that a bandwidth limit stays smooth. */
const portion = 32 * 1024

/** Reads a channel at the device's pace: what is not asked for stays in the device. */
export class ShellReader {
  readonly #channel: ClientChannel
  readonly #pace: Pace
  readonly #ended: AbortSignal
  #wake: () => void = () => undefined
  #closed = false

  /** `ended` aborts when the connection is over. */
  constructor(channel: ClientChannel, pace: Pace, ended: AbortSignal) {
    this.#channel = channel
    this.#pace = pace
    this.#ended = ended
    channel.on('readable', () => this.#wake())
    channel.on('end', () => this.#close())
    channel.on('close', () => this.#close())
    channel.on('error', () => this.#close()) // the connection tells why
    channel.stderr.resume()
  }

  /** The next bytes, as latin1; null after `milliseconds` of silence; `closed` when nothing more will come. */
  async next(milliseconds: number): Promise<string | null | 'closed'> {
    const until = performance.now() + milliseconds
    for (;;) {
      const size = Math.min(this.#channel.readableLength, portion)
      const chunk: Buffer | null = size === 0 ? this.#channel.read() : this.#channel.read(size)
      if (chunk !== null) {
        await orReason(this.#pace.bytes(chunk.length, this.#ended), this.#ended)
        return chunk.toString('latin1')
      }
      if (this.#closed || this.#ended.aborted) return 'closed'
      const left = until - performance.now()
      if (left <= 0) return null
      await this.#heard(left)
    }
  }

  #close(): void {
    this.#closed = true
    this.#wake()
  }

  async #heard(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, milliseconds)
    const wake = () => resolve()
    this.#ended.addEventListener('abort', wake)
    await promise
    this.#ended.removeEventListener('abort', wake)
    clearTimeout(timer)
  }
}

/** Throws the reason of `ended`, not the wait's own error, when it is what ended the wait. */
export async function orReason(wait: Promise<void>, ended: AbortSignal): Promise<void> {
  try {
    await wait
  } catch (error) {
    ended.throwIfAborted()
    throw error
  }
}
