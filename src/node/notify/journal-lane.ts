import { z } from 'zod'
import type { JournalEnd, ReadLine } from '../../archive/journal.ts'
import { type Lane, type LaneContext, QueueGuard, sendingTime, sentenceOf } from './lane.ts'
import { retryPause } from './pacing.ts'

/** Lines that are sent together. */
const batch = 200

/** Milliseconds after which it is looked whether the journal has grown. */
const lookAgain = 5_000

const positionForm = z.object({ seq: z.int(), hash: z.string(), offset: z.int() })

/** The journal's way to one channel: every line, in order, from where it had got to. */
export class JournalLane implements Lane {
  readonly name: string
  readonly #channel: string
  readonly #context: LaneContext
  readonly #guard: QueueGuard
  #lookAt = 0

  constructor(channel: string, context: LaneContext) {
    this.name = `journal:${channel}`
    this.#channel = channel
    this.#context = context
    this.#guard = new QueueGuard(channel, context)
  }

  grew(): void {
    this.#lookAt = 0
  }

  nextAt(): number {
    const { now, queue } = this.#context
    const nextTry = this.#guard.run(() => queue.lane(this.name).nextTry) ?? 0
    // a moment too far ahead was written before the clock was set back
    const soon = (at: number) => (at - now() > 30 * 60_000 ? now() : at)
    return this.#guard.notBefore(Math.max(soon(nextTry), soon(this.#lookAt)))
  }

  async step(signal: AbortSignal): Promise<void> {
    const { queue, now, random, trouble, open } = this.#context
    try {
      const read = await this.#read()
      const last = read.at(-1)
      if (last !== undefined) {
        const { kind, target } = open(this.#channel)
        const within = AbortSignal.any([signal, AbortSignal.timeout(sendingTime)])
        await kind.sendJournal?.(
          target,
          read.map(({ line }) => line),
          within,
        )
        queue.setPosition(this.name, JSON.stringify(last.end))
        queue.succeeded(this.name, null, now())
      }
      if (read.length < batch) this.#lookAt = now() + lookAgain
    } catch (error) {
      signal.throwIfAborted()
      const sentence = sentenceOf(this.#channel, error)
      this.#lookAt = now() + lookAgain
      trouble(this.#channel, sentence)
      this.#guard.run(() => {
        const { failures } = queue.lane(this.name)
        queue.failed(this.name, sentence, now() + retryPause(failures + 1, random()), now())
      })
    }
  }

  async #read(): Promise<ReadLine[]> {
    const { queue, journal } = this.#context
    const { position } = queue.lane(this.name)
    const after: JournalEnd | null = position === null ? null : positionForm.parse(JSON.parse(position))
    const read: ReadLine[] = []
    for await (const line of journal.lines(after)) if (read.push(line) === batch) break
    return read
  }
}
