import { BlackstartError } from '../../errors.ts'
import { type Lane, type LaneContext, QueueGuard, sendingTime, sentenceOf } from './lane.ts'
import type { Taken } from './notice-queue.ts'
import { nextMessage, retryPause } from './pacing.ts'
import { givenUpElsewhere, givenUpHere } from './told-notices.ts'

/** How often a message is tried that its receiver refuses. */
const mostRefusals = 10

/** The notices that go through one channel, in order. */
export class NoticeLane implements Lane {
  readonly name: string
  readonly #context: LaneContext
  readonly #guard: QueueGuard
  /** A message that arrived, and could not be written down as such. */
  #arrived: string | null = null

  constructor(channel: string, context: LaneContext) {
    this.name = channel
    this.#context = context
    this.#guard = new QueueGuard(channel, context)
  }

  nextAt(): number | null {
    const at = this.#guard.run(() => this.#next()?.at ?? Number.POSITIVE_INFINITY) ?? 0
    return at === Number.POSITIVE_INFINITY ? null : this.#guard.notBefore(at)
  }

  #next() {
    const { queue, now, open } = this.#context
    const { gathers } = open(this.name).kind
    return nextMessage(queue.waiting(this.name), { ...queue.lane(this.name), gathers }, now())
  }

  async step(signal: AbortSignal): Promise<void> {
    const { queue, now, open } = this.#context
    const taken = this.#guard.run(() => {
      const { most } = open(this.name).kind
      return queue.take(this.name, this.#next()?.digest ?? false, most, now())
    })
    if (taken === null) return
    try {
      const complaint = taken.id === this.#arrived ? null : await this.#send(taken, signal)
      this.#arrived = taken.id
      const written = this.#guard.run(() => {
        queue.done(this.name, taken, complaint, now())
        return true
      })
      if (written === true) this.#arrived = null
      if (complaint !== null) this.#context.trouble(this.name, complaint)
    } catch (error) {
      signal.throwIfAborted()
      this.#guard.run(() => this.#failed(error))
    }
  }

  #send({ id, digest, notices, givenUp }: Taken, signal: AbortSignal): Promise<string | null> {
    const { queue, now, open } = this.#context
    const { kind, target } = open(this.name)
    const since = queue.lane(this.name).givenUpSince ?? now()
    const told = givenUp === 0 ? notices : [givenUpHere(this.name, givenUp, since, now()), ...notices]
    const within = AbortSignal.any([signal, AbortSignal.timeout(sendingTime)])
    return kind.send(target, { id, digest, notices: told, time: new Date(now()) }, within)
  }

  #failed(error: unknown): void {
    const { queue, now, random, keep, trouble } = this.#context
    const sentence = sentenceOf(this.name, error)
    const { failures, givenUp } = queue.lane(this.name)
    queue.failed(this.name, sentence, now() + retryPause(failures + 1, random()), now())
    trouble(this.name, sentence)
    const refused = error instanceof BlackstartError && error.code === 'refused'
    const discarded = refused && failures + 1 >= mostRefusals ? queue.discard(this.name, now()) : 0
    const lost = discarded + queue.expire(this.name, now() - keep(), now())
    if (lost === 0) return
    trouble(this.name, `${this.name}: ${lost} notices were given up.`)
    if (givenUp > 0) return
    const since = queue.lane(this.name).givenUpSince ?? now()
    this.#context.tell(givenUpElsewhere(this.name, lost, since, sentence), this.name)
  }
}
