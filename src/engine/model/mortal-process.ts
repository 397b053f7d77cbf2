import { setImmediate as turn } from 'node:timers/promises'
import type { Backend } from '../../storage/backend.ts'
import { Random } from '../fuzz/random.ts'

/** How a process ends before its work does. */
export interface Interruption {
  /** `death`: nothing that it does from then on has an effect. `stop`: it is asked to end, by its signal. */
  readonly how: 'death' | 'stop'
  /** Steps: every call on the storage makes several. */
  readonly after: number
}

/** What a dead process gets from its storage. */
export class Death extends Error {
  override readonly name = 'Death'
}

/**
 * One process's way to its storage: every call takes a few turns of the event loop, before and after it has an effect, so that
 * several are under way at a time. When the process dies, each of these has had its effect or not; none is told that it had.
 */
export class MortalProcess {
  readonly #random: Random
  readonly #onStep: () => void
  #interruption: Interruption | null = null
  #stop: (() => void) | null = null
  #steps = 0
  #isDead = false

  /** `onStep` is called at every step, for a clock that goes on. */
  constructor(seed: number, onStep: () => void) {
    this.#random = new Random(seed)
    this.#onStep = onStep
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Steps since the plan. */
  get steps(): number {
    return this.#steps
  }

  /** Counts from now. `stop` is called where the interruption is one. */
  plan(interruption: Interruption | null, stop: () => void): void {
    this.#interruption = interruption
    this.#stop = stop
    this.#steps = 0
  }

  /** The storage as this process reaches it. */
  reach(storage: Backend): Backend {
    return {
      ...storage,
      create: signal => this.#around(() => storage.create(signal)),
      list: (kind, signal) => this.#each(storage.list(kind, signal)),
      stat: (kind, name, signal) => this.#around(() => storage.stat(kind, name, signal)),
      read: (kind, name, range, signal) => this.#around(() => storage.read(kind, name, range, signal)),
      stream: (kind, name, from, signal) => this.#each(storage.stream(kind, name, from, signal)),
      write: (kind, name, parts, signal) => this.#around(() => storage.write(kind, name, parts, signal)),
      remove: (kind, name, signal) => this.#around(() => storage.remove(kind, name, signal)),
      upload: async (kind, signal) => {
        const upload = await this.#around(() => storage.upload(kind, signal))
        return {
          append: bytes => this.#around(() => upload.append(bytes)),
          finish: name => this.#around(() => upload.finish(name)),
          discard: () => upload.discard(), // what a dead process leaves is no file of the repository
        }
      },
    }
  }

  async #step(): Promise<void> {
    this.#throwIfDead()
    this.#steps += 1
    this.#onStep()
    if (this.#steps === this.#interruption?.after) {
      if (this.#interruption.how === 'death') this.#isDead = true
      else this.#stop?.()
    }
    this.#throwIfDead()
    for (let turns = this.#random.below(3); turns > 0; turns -= 1) await turn()
    this.#throwIfDead()
  }

  #throwIfDead(): void {
    if (this.#isDead) throw new Death('the process is dead')
  }

  async #around<Result>(call: () => Promise<Result>): Promise<Result> {
    await this.#step()
    const result = await call()
    await this.#step()
    return result
  }

  async *#each<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    await this.#step()
    for await (const item of items) {
      yield item
      await this.#step()
    }
  }
}
