import assert from 'node:assert/strict'
import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { prune } from '../prune/prune.ts'
import { initRepository, openRepository, type Repository } from '../repository.ts'
import { options, password } from '../test-repository.ts'
import { perform } from './actions/perform.ts'
import { announceRepair } from './actions/repair.ts'
import { Changes } from './changes.ts'
import { edited, type Files } from './contents.ts'
import { damage, type Loss } from './loss.ts'
import { MortalProcess } from './mortal-process.ts'
import type { Operation, Part, Sequence } from './operation.ts'
import { Place } from './place.ts'
import type { Scene, Side } from './scene.ts'

/** How the actions of sequences ended. */
export interface Tally {
  done: number
  died: number
  stopped: number
  locked: number
  /** Of those done. */
  copies: number
  repairs: number
  /** Snapshots of which something was lost for good, as the model says. */
  lessened: number
}

export interface ModelSetup {
  /** Two empty places. */
  readonly storages: readonly [Backend, Backend]
  /** For the files that are backed up: nothing else is there. */
  readonly folder: string
  readonly tally: Tally
}

/** Runs a sequence on two new repositories. Fails where one of them is not, or does not give back, what the model says. */
export async function runSequence(sequence: Sequence, setup: ModelSetup, signal: AbortSignal): Promise<void> {
  const model = new RepositoryModel(sequence.seed, setup, signal)
  await model.begin()
  for (const operation of sequence.operations) await model.run(operation)
  await model.end()
}

/** Milliseconds by which the clock may go on in one operation: a lock counts for half an hour. */
const mostPassing = 12 * 60_000

interface Actor {
  readonly process: MortalProcess
  readonly repositories: [Repository | null, Repository | null]
}

/** A part of an operation, under way. */
interface Deed extends Pick<Scene, 'loss' | 'isShared' | 'isAgain'> {
  readonly part: Part
  /** Of both places. */
  readonly changes: readonly Changes[]
}

class RepositoryModel {
  readonly #places: readonly [Place, Place]
  readonly #setup: ModelSetup
  readonly #signal: AbortSignal
  readonly #actors: [Actor | null, Actor | null, Actor | null] = [null, null, null]
  #seed: number
  #files: Files = { a: 5, 'line/plc': 1, 'line/robot/program': 9 }
  #now = Date.parse('2026-03-01T06:00:00Z')
  #pace = 0
  #passed = 0

  constructor(seed: number, setup: ModelSetup, signal: AbortSignal) {
    this.#seed = seed
    this.#setup = setup
    this.#signal = signal
    const [first, second] = setup.storages
    this.#places = [new Place(first, () => this.#date()), new Place(second, () => this.#date())]
  }

  async begin(): Promise<void> {
    for (const { storage } of this.#places) {
      await initRepository(storage, password, { ...options, now: () => this.#date() }, this.#signal)
    }
  }

  async run(operation: Operation): Promise<void> {
    this.#now += operation.wait * 60_000
    this.#pace = operation.pace
    this.#passed = 0
    this.#files = edited(this.#files, operation.edits)
    const before = await Promise.all(this.#places.map(place => place.locks(this.#signal)))
    const isLocked = before.some(locks => locks.size > 0)
    const changes = operation.parts.map(() => this.#places.map(({ expected }) => new Changes(expected)))
    const deeds: Deed[] = []
    for (const [i, part] of operation.parts.entries()) {
      const loss = await this.#damage(part, changes[i] ?? [])
      deeds.push({ part, changes: changes[i] ?? [], loss, isShared: operation.parts.length > 1, isAgain: false })
    }
    const ends = await Promise.all(deeds.map(deed => this.#act(deed)))
    for (const end of ends) this.#assertAllowed(end, isLocked || ends.length > 1)
    for (const [i, deed] of deeds.entries()) if (deed.loss !== null && ends[i]?.how !== 'done') await this.#again(deed)
    for (const [i, place] of this.#places.entries()) {
      await place.reconcile(
        changes.flatMap(each => each[i] ?? []),
        this.#signal,
      )
      if (ends.every(({ how }) => how !== 'died')) {
        const left = await place.locks(this.#signal)
        assert.ok(left.isSubsetOf(before[i] ?? new Set()), 'a lock was left')
      }
      const isHealed = deeds.some(({ loss }) => loss !== null)
      if (isHealed || ends.some(({ how }) => how !== 'done')) await place.verify(this.#signal)
    }
  }

  /** Everything is as it must be, also once nothing is left that is not needed. */
  async end(): Promise<void> {
    this.#now += 45 * 60_000
    for (const place of this.#places) {
      await place.verify(this.#signal)
      const repository = await place.open(this.#signal)
      await prune(repository, { maxUnused: { bytes: 0 } }, this.#signal)
      assert.deepEqual(await place.verify(this.#signal), [])
      const { blobs } = await prune(repository, { maxUnused: { bytes: 0 }, dryRun: true }, this.#signal)
      assert.deepEqual([blobs.duplicate, blobs.unused], [0, 0])
    }
  }

  /** Before a repair. */
  async #damage({ action, place }: Part, changes: readonly Changes[]): Promise<Loss | null> {
    if (action.do !== 'repair') return null
    const [here, there] = [this.#places[place], this.#places[place === 0 ? 1 : 0]]
    const loss = await damage(here, there, action, this.#signal)
    announceRepair(action, loss, [here.expected, there.expected], changes[place] as Changes)
    this.#setup.tally.lessened += loss.changed.size
    return loss
  }

  /** What was interrupted and must not stay undone, once more and to its end. */
  async #again(deed: Deed): Promise<void> {
    this.#now += 45 * 60_000
    for (const each of deed.changes) each.again()
    const { how, error } = await this.#act({ ...deed, part: { ...deed.part, interruption: null }, isAgain: true })
    if (how !== 'done') throw error
  }

  async #act(deed: Deed): Promise<End> {
    const { part } = deed
    this.#actors[part.process] ??= this.#newActor()
    const actor = this.#actors[part.process] as Actor
    const stop = new AbortController()
    actor.process.plan(part.interruption, () => stop.abort(new Stopped('the user interrupted it')))
    try {
      await perform(part.action, await this.#scene(deed, actor, stop.signal))
      this.#setup.tally.done += 1
      if (part.action.do === 'copy') this.#setup.tally.copies += 1
      if (part.action.do === 'repair') this.#setup.tally.repairs += 1
      return { how: 'done', error: null }
    } catch (error) {
      if (actor.process.isDead) return { how: 'died', error }
      return { how: stop.signal.aborted ? 'stopped' : 'failed', error }
    } finally {
      if (actor.process.isDead) this.#actors[part.process] = null
    }
  }

  async #scene({ part, changes, ...deed }: Deed, actor: Actor, stop: AbortSignal): Promise<Scene> {
    const signal = AbortSignal.any([this.#signal, stop])
    const side = async (place: 0 | 1): Promise<Side> => {
      const repository = actor.repositories[place] ?? (await this.#opened(actor, this.#places[place].storage, signal))
      actor.repositories[place] = repository
      return { repository, expected: this.#places[place].expected, changes: changes[place] as Changes }
    }
    return {
      here: await side(part.place),
      there: () => side(part.place === 0 ? 1 : 0),
      open: storage => this.#opened(actor, storage, signal),
      ...{ ...deed, files: this.#files, folder: this.#setup.folder, signal },
      nextTime: () => {
        this.#now += 1000
        return this.#now
      },
    }
  }

  async #opened({ process }: Actor, storage: Backend, signal: AbortSignal): Promise<Repository> {
    const open = { ...options, now: () => this.#date(), lockWait: { atMost: 60 } }
    return await openRepository(process.reach(storage), password, open, signal)
  }

  #newActor(): Actor {
    this.#seed += 1
    const process = new MortalProcess(this.#seed, () => {
      if (this.#passed >= mostPassing) return
      this.#passed += this.#pace
      this.#now += this.#pace
    })
    return { process, repositories: [null, null] }
  }

  #date(): Date {
    return new Date(this.#now)
  }

  #assertAllowed({ how, error }: End, mayBeLocked: boolean): void {
    const { tally } = this.#setup
    if (how === 'died' || how === 'done') {
      tally.died += how === 'died' ? 1 : 0
    } else if (how === 'stopped' && isOfStop(error)) {
      tally.stopped += 1
    } else if (mayBeLocked && error instanceof BlackstartError && error.code === 'locked') {
      tally.locked += 1
    } else throw error
  }
}

interface End {
  readonly how: 'done' | 'died' | 'stopped' | 'failed'
  readonly error: unknown
}

/** The timers of Node wrap the reason of an abort. */
function isOfStop(error: unknown): boolean {
  return error instanceof Stopped || (error instanceof Error && error.cause instanceof Stopped)
}

class Stopped extends Error {
  override readonly name = 'AbortError'
}
