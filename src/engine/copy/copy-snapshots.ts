import { BlackstartError } from '../../errors.ts'
import { atOnce } from '../browse/at-once.ts'
import { readSnapshots } from '../browse/read-snapshots.ts'
import { type Problem, problemOf } from '../check/problem.ts'
import type { TreePlace } from '../check/walk-trees.ts'
import { saveSnapshot } from '../edit/save-snapshot.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import type { LockWait, RepositoryLock } from '../lock/repository-lock.ts'
import { EntrySet } from '../prune/entry-set.ts'
import type { Repository } from '../repository.ts'
import { compareSnapshots, type Snapshot } from '../snapshot/snapshot.ts'
import { carryBlobs } from './carry-blobs.ts'
import { CopiedBefore } from './copied-before.ts'
import { type IndexedSource, MissingBlobs } from './missing-blobs.ts'
import { SealedWriter } from './sealed-writer.ts'

export interface CopyOptions {
  /** Full ids of the source; by default all. */
  readonly snapshots?: readonly string[]
  /** How long to wait for others that use the repositories; by default not at all. */
  readonly lockWait?: LockWait
  readonly onProgress?: (progress: CopyProgress) => void
}

export interface CopyProgress {
  readonly stage: 'snapshots'
  /** Copied, there already, or failed. */
  readonly done: number
  readonly total: number
}

export interface SnapshotPair {
  readonly source: string
  readonly destination: string
}

export interface FailedCopy {
  readonly source: string
  readonly problem: Problem
}

export interface CopyReport {
  readonly copied: readonly SnapshotPair[]
  /** There already. */
  readonly skipped: readonly SnapshotPair[]
  /** Not copied: they cannot be read, or the source does not give back all that they need. */
  readonly failed: readonly FailedCopy[]
  readonly newBlobs: number
  readonly newBytes: number
  /** Of pack files. */
  readonly storedBytes: number
}

/** Blobs from which on snapshots are finished before others are begun. */
const batchBlobs = 100_000
/** Snapshots whose trees are read together. */
const groupSnapshots = 256
/** Snapshot files that are written at the same time. */
const snapshotsAtOnce = 16

/**
 * Copies snapshots into another repository, oldest first, with what they need and it lacks, in the order of the source's packs.
 * Locks both, shared. What was copied until an error or a kill stays; the next run goes on. Throws `refused` for a copy to itself.
 * Memory: both indexes, 1 kB a snapshot that is copied, 250 bytes for each that is there.
 */
export async function copySnapshots(
  source: Repository,
  destination: Repository,
  options: CopyOptions,
  signal: AbortSignal,
): Promise<CopyReport> {
  if (source.backend.location === destination.backend.location) throw toItself(source.backend.location)
  const wait = options.lockWait ?? { atMost: 0 }
  await using _from = await source.lockForReading(signal)
  await using to = await destination.lockWithin('shared', wait, signal)
  const end = AbortSignal.any([signal, to.lost])
  const unreadable: FailedCopy[] = []
  const onDamage = (error: BlackstartError): void => void unreadable.push(failedToRead(source, error))
  const snapshots = await wantedSnapshots(source, options, onDamage, end)
  const before = new CopiedBefore()
  // one that is damaged there comes anew; a check of the destination tells of it
  const ignore = (): void => undefined
  for await (const snapshot of readSnapshots(destination, { onDamage: ignore }, end)) before.add(snapshot)
  const index = await source.refresh(end)
  const run = new CopyRun(
    { backend: source.backend, key: source.key, index },
    destination,
    to,
    options,
    snapshots.length,
  )
  await run.copy(snapshots, before, end)
  return { ...run.report, failed: [...unreadable, ...run.report.failed] }
}

/** A snapshot of the source of which nobody knows what is in it. */
export function failedToRead({ backend }: Repository, error: BlackstartError): FailedCopy {
  return { source: String(error.facts.name), problem: problemOf(backend, error) }
}

/** Throws for one that was named and cannot be read. */
async function wantedSnapshots(
  source: Repository,
  options: CopyOptions,
  onDamage: (error: BlackstartError) => void,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = []
  if (options.snapshots === undefined) {
    for await (const snapshot of readSnapshots(source, { onDamage }, signal)) snapshots.push(snapshot)
  } else {
    const read = (id: string) => source.snapshot(id, signal)
    for await (const snapshot of atOnce(new Set(options.snapshots), source.backend.atOnce, read))
      snapshots.push(snapshot)
  }
  return snapshots.sort(compareSnapshots)
}

class CopyRun {
  readonly #source: IndexedSource
  readonly #destination: Repository
  /** Of the destination. */
  readonly #lock: RepositoryLock
  readonly #options: CopyOptions
  readonly #total: number
  /** Trees of the source of which everything is in the destination, or about to be. */
  #seen = new EntrySet()
  readonly #copied: SnapshotPair[] = []
  readonly #skipped: SnapshotPair[] = []
  readonly #failed: FailedCopy[] = []
  #newBlobs = 0
  #newBytes = 0
  #storedBytes = 0

  constructor(
    source: IndexedSource,
    destination: Repository,
    lock: RepositoryLock,
    options: CopyOptions,
    total: number,
  ) {
    this.#source = source
    this.#destination = destination
    this.#lock = lock
    this.#options = options
    this.#total = total
  }

  get report(): CopyReport {
    const [newBlobs, newBytes, storedBytes] = [this.#newBlobs, this.#newBytes, this.#storedBytes]
    return { copied: this.#copied, skipped: this.#skipped, failed: this.#failed, newBlobs, newBytes, storedBytes }
  }

  async copy(snapshots: readonly Snapshot[], before: CopiedBefore, signal: AbortSignal): Promise<void> {
    const index = await this.#destination.refresh(signal)
    await using writer = new SealedWriter(this.#destination, index, this.#lock, signal)
    let batch: Snapshot[] = []
    let missing = this.#missing(index)
    for (const group of groupsOf(this.#notThere(snapshots, before))) {
      await missing.follow(group.map(rootOf), signal)
      batch.push(...group)
      if (missing.wanted.size < batchBlobs) continue
      await this.#finish(batch, missing, writer, signal)
      batch = []
      missing = this.#missing(index)
    }
    await this.#finish(batch, missing, writer, signal)
    this.#storedBytes = writer.bytes
  }

  *#notThere(snapshots: readonly Snapshot[], before: CopiedBefore): Generator<Snapshot> {
    for (const snapshot of snapshots) {
      const there = before.find(snapshot)
      if (there === null) yield snapshot
      else this.#skipped.push({ source: snapshot.id, destination: there })
    }
    this.#progress()
  }

  #missing(index: BlobIndex): MissingBlobs {
    return new MissingBlobs(this.#source, (type, id) => index.has(type, id), this.#seen)
  }

  async #finish(
    batch: readonly Snapshot[],
    missing: MissingBlobs,
    writer: SealedWriter,
    signal: AbortSignal,
  ): Promise<void> {
    const carried = await carryBlobs(this.#source, missing, this.#destination.key, writer, signal)
    await writer.finish()
    this.#newBlobs += carried.blobs
    this.#newBytes += carried.bytes
    const isWhole = [...missing.failures, ...carried.failures].length === 0
    const whole = isWhole ? batch : await this.#wholeOnes(batch, writer, signal)
    const save = async (snapshot: Snapshot): Promise<SnapshotPair> => {
      const destination = await saveSnapshot(this.#destination, this.#lock, copyOf(snapshot), signal)
      return { source: snapshot.id, destination }
    }
    for await (const pair of atOnce(whole, snapshotsAtOnce, save)) {
      this.#copied.push(pair)
      this.#progress()
    }
  }

  /** Where the source is damaged: the snapshots of which the destination has everything; tells of the others. */
  async #wholeOnes(batch: readonly Snapshot[], writer: SealedWriter, signal: AbortSignal): Promise<Snapshot[]> {
    const index = await this.#destination.refresh(signal)
    const whole: Snapshot[] = []
    for (const snapshot of batch) {
      const lacking = new MissingBlobs(this.#source, (type, id) => index.has(type, id), new EntrySet())
      await lacking.follow([rootOf(snapshot)], signal)
      const { failures } = await carryBlobs(this.#source, lacking, this.#destination.key, writer, signal)
      const [error] = [...lacking.failures, ...failures]
      if (error === undefined) whole.push(snapshot)
      else this.#failed.push({ source: snapshot.id, problem: problemOf(this.#source.backend, error) })
    }
    await writer.finish()
    // what lies below a tree that could not be read is not there
    this.#seen = new EntrySet()
    return whole
  }

  #progress(): void {
    const done = this.#copied.length + this.#skipped.length + this.#failed.length
    this.#options.onProgress?.({ stage: 'snapshots', done, total: this.#total })
  }
}

function* groupsOf(snapshots: Iterable<Snapshot>): Generator<Snapshot[]> {
  let group: Snapshot[] = []
  for (const snapshot of snapshots) {
    if (group.push(snapshot) < groupSnapshots) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

function rootOf({ id, tree }: Snapshot): TreePlace {
  return { id: tree, path: '/', snapshot: id }
}

/** As restic's: the parent means nothing there, and the first id stays known. */
function copyOf(snapshot: Snapshot): Omit<Snapshot, 'id'> {
  const { id, parent: _, original, ...fields } = snapshot
  return { ...fields, original: original ?? id }
}

function toItself(location: string): BlackstartError {
  return new BlackstartError('refused', `${location} cannot be copied to itself. Name another repository.`, {
    facts: { location },
  })
}
