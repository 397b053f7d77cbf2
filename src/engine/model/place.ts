import assert from 'node:assert/strict'
import type { Backend } from '../../storage/backend.ts'
import { check } from '../check.ts'
import { openRepository, type Repository } from '../repository.ts'
import { options, password } from '../test-repository.ts'
import type { Changes } from './changes.ts'
import { type KnownSnapshot, textOf, textOfStored } from './known-snapshot.ts'

/** A repository, and what must be in it. */
export class Place {
  readonly storage: Backend
  /** By the snapshots' ids. */
  readonly expected = new Map<string, KnownSnapshot>()
  readonly #now: () => Date

  constructor(storage: Backend, now: () => Date) {
    this.storage = storage
    this.#now = now
  }

  /** As a process sees it that nothing disturbs. */
  async open(signal: AbortSignal): Promise<Repository> {
    return await openRepository(this.storage, password, { ...options, now: this.#now }, signal)
  }

  /** Names of lock files. */
  async locks(signal: AbortSignal): Promise<Set<string>> {
    return new Set(await Array.fromAsync(this.storage.list('lock', signal), ({ name }) => name))
  }

  /**
   * Takes in what became of the changes that nobody was told of. Fails where a snapshot is gone that must be there, or one is there
   * that nobody wrote.
   */
  async reconcile(changes: readonly Changes[], signal: AbortSignal): Promise<void> {
    const present = new Set(await Array.fromAsync(this.storage.list('snapshot', signal), ({ name }) => name))
    const mayCome = changes.flatMap(each => each.mayCome)
    const mustCome = changes.flatMap(each => this.#goneOf(each, present))
    for (const [id, snapshot] of this.expected) {
      assert.ok(present.has(id), `snapshot ${id} is lost: ${JSON.stringify(snapshot)}`)
    }
    const came = [...present].filter(id => !this.expected.has(id))
    const repository = came.length === 0 ? null : await this.open(signal)
    for (const id of came) {
      if (repository === null) continue
      const text = await textOfStored(repository, await repository.snapshot(id, signal))
      const at = mayCome.findIndex(each => textOf(each) === text)
      const [known] = at === -1 ? [] : mayCome.splice(at, 1)
      assert.ok(known !== undefined, `nobody wrote snapshot ${id}: ${text}`)
      this.expected.set(id, known)
    }
    for (const each of mustCome) assert.ok(!mayCome.includes(each), `lost in its rewriting: ${JSON.stringify(each)}`)
  }

  /** What must have taken the place of snapshots that are gone. */
  #goneOf({ mayGo }: Changes, present: ReadonlySet<string>): KnownSnapshot[] {
    const successors: KnownSnapshot[] = []
    for (const [id, successor] of mayGo) {
      if (present.has(id)) continue
      this.expected.delete(id)
      if (successor !== null) successors.push(successor)
    }
    return successors
  }

  /** Fails unless every snapshot comes back as it was stored, and a full check finds nothing. Returns packs that no index names. */
  async verify(signal: AbortSignal): Promise<readonly string[]> {
    const repository = await this.open(signal)
    const { problems, unreferencedPacks } = await check(repository, { readData: true }, signal)
    assert.deepEqual(problems, [])
    const stored = await repository.snapshots(signal)
    assert.deepEqual(stored.map(({ id }) => id).sort(), [...this.expected.keys()].sort())
    for (const snapshot of stored) {
      const known = this.expected.get(snapshot.id)
      assert.equal(await textOfStored(repository, snapshot), known && textOf(known), `snapshot ${snapshot.id}`)
    }
    return unreferencedPacks
  }
}
