import { BlackstartError, systemCode } from '../errors.ts'
import { Chunker } from './chunker/chunker.ts'
import type { BlobIndex } from './index/blob-index.ts'
import { BlobTable } from './index/blob-table.ts'
import { confirmIndex } from './index/confirm-index.ts'
import { encodeIndex, type IndexedPack } from './index/index-file.ts'
import { fullIndex, indexPortions } from './index/index-portions.ts'
import { readBlob } from './index/read-blob.ts'
import type { RepositoryLock } from './lock/repository-lock.ts'
import { BlobStore, type BlobTables } from './pack/blob-store.ts'
import type { PackSink } from './pack/pack-builder.ts'
import type { BlobType } from './pack/pack-header.ts'
import { type PackLane, PackUploads } from './pack/pack-uploads.ts'
import { nothingStored, type Stored, sumOfStored } from './pack/stored.ts'
import type { Repository } from './repository.ts'
import { encodeSnapshot, type Snapshot } from './snapshot/snapshot.ts'
import { encodeTree } from './tree/tree-json.ts'
import type { TreeNode } from './tree/tree-node.ts'
import { type SealedFile, sealUnpacked } from './unpacked.ts'
import { BlobWorkers } from './workers/blob-workers.ts'
import {
  type FilePart,
  type FolderJob,
  type FolderPart,
  type FolderRules,
  type Job,
  type NextPart,
  plainRules,
} from './workers/messages.ts'
import { type RelayedFile, relayFile } from './workers/relay-file.ts'
import { SpareThreads } from './workers/spare-threads.ts'
import { writeUnderLock } from './write-under-lock.ts'

export interface WriterOptions {
  /** How `addFolder` stores folders, and what of them. */
  readonly rules?: FolderRules
  /** Threads that were begun before there is work for them. */
  readonly spare?: SpareThreads
}

export interface WriterStats extends Stored {
  /** Bytes of pack files written. */
  readonly storedBytes: number
}

/** What was written since the commit before. */
export interface CommitResult extends WriterStats {
  readonly packs: readonly string[]
  readonly indexes: readonly string[]
  readonly snapshots: readonly string[]
}

/** Bytes of streams from which on worker threads are worth starting. */
const workersFrom = 8 * 1024 * 1024
/** Bytes. A smaller blob is stored sooner than it is handed to another thread. */
const smallBlob = 16 * 1024
const claimBuckets = 2 ** 18
/** Blobs that a writer's threads may claim; beyond that they are stored without asking whether another thread has them. */
const mostClaims = 8_000_000
/** Bytes that may wait for the storage while the next blob is made. */
const mostWaiting = 16 * 1024 * 1024
/** Snapshot files that are written at the same time: each waits for the disk twice. */
const snapshotsAtOnce = 16
/** Milliseconds after which packs are indexed before the commit, so that an interrupted first backup is not begun anew. */
const indexAge = 10 * 60_000

/**
 * `lock`, a shared one at least, must be held until the last commit: `await using lock = await repository.lock('shared',
 * signal)`; and the writer is disposed of before the lock is: `await using writer = …`. `signal` ends the whole writer, with
 * the packs that it is writing; those of the calls end only the call.
 */
export async function openWriter(
  repository: Repository,
  lock: RepositoryLock,
  signal: AbortSignal,
  options: WriterOptions = {},
): Promise<Writer> {
  lock.demand('shared')
  const isSettled = lock.isSettled
  const index = await repository.refresh(signal)
  const ready = isSettled ? Promise.resolve() : confirmIndex(repository, lock, index, signal)
  ready.catch(() => undefined) // who waits for it hears of it
  return new Writer(repository, lock, index, ready, signal, options)
}

/**
 * Adds to a repository. Nothing can be seen of it before `commit`, but packs that no index names. Every file is read back
 * once it is written, a pack before an index names it: what `commit` reports was read as it was written. Calls may overlap.
 */
export class Writer implements AsyncDisposable {
  readonly #repository: Repository
  readonly #index: BlobIndex
  readonly #disposed = new AbortController()
  /** Aborted when the work is given up or the lock is lost. */
  readonly #end: AbortSignal
  readonly #lock: RepositoryLock
  /** Until it resolves nothing is written. */
  readonly #ready: Promise<void>
  readonly #chunker: Chunker
  readonly #rules: FolderRules
  readonly #spare: SpareThreads
  /** Taken on by any thread: in a pack that is open, being written, or written. */
  readonly #tables: BlobTables
  readonly #store: BlobStore
  readonly #uploads: PackUploads
  readonly #lanes: readonly PackLane[]
  #workers: BlobWorkers | null = null
  /** Of threads that have ended. */
  #stored: Stored = nothingStored
  /** Bytes of streams so far. */
  #streamed = 0
  readonly #uploaded: IndexedPack[] = []
  #oldestUpload = 0
  readonly #commits = new Set<Promise<CommitResult>>()
  /** The index files are written one after the other. */
  #indexing: Promise<void> = Promise.resolve()
  readonly #snapshots: SealedFile[] = []
  #written: { packs: string[]; indexes: string[]; snapshots: string[] } = { packs: [], indexes: [], snapshots: [] }
  #failure: { readonly error: unknown } | null = null
  #storedBytes = 0
  #committed: WriterStats = { ...nothingStored, storedBytes: 0 }

  constructor(
    repository: Repository,
    lock: RepositoryLock,
    index: BlobIndex,
    ready: Promise<void>,
    signal: AbortSignal,
    options: WriterOptions,
  ) {
    this.#rules = options.rules ?? plainRules
    this.#spare = options.spare ?? new SpareThreads(0)
    this.#repository = repository
    this.#index = index
    this.#end = AbortSignal.any([signal, lock.lost, this.#disposed.signal])
    this.#lock = lock
    this.#ready = ready
    this.#chunker = new Chunker(repository.polynomial)
    this.#tables = { known: index.table, claims: BlobTable.create(0, claimBuckets, mostClaims) }
    this.#uploads = new PackUploads(repository, this.#end, (pack, bytes) => this.#take(pack, bytes), ready)
    this.#lanes = [this.#uploads.lane(), this.#uploads.lane()]
    const [data, tree] = this.#lanes.map(sinkOf) as [PackSink, PackSink]
    this.#store = new BlobStore(repository.key, this.#tables, { data, tree })
  }

  /** Since the writer was opened. */
  get stats(): WriterStats {
    const stored = sumOfStored([this.#store.stored, this.#workers?.stored ?? this.#stored])
    return { ...stored, storedBytes: this.#storedBytes }
  }

  /** Stores a file's content. Throws what the stream throws, and then the chunks so far stay unreferenced. */
  async addFile(
    pieces: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ content: readonly string[]; bytes: number }> {
    const content: Promise<string>[] = []
    let bytes = 0
    for await (const chunk of this.#chunker.chunks(pieces)) {
      bytes += chunk.byteLength
      const stored = this.#addChunk(chunk, signal)
      stored.catch(() => undefined) // it is thrown when it is waited for
      content.push(stored)
      await content.at(-this.#chunksAhead())
    }
    return { content: await Promise.all(content), bytes }
  }

  /** Worker threads that a folder's or a large file's content is stored by. */
  get threads(): number {
    return this.#startedWorkers().count
  }

  /** Stores a folder; returns its id. `nodes` need no order, and no two may have the same name. */
  async addTree(nodes: readonly TreeNode[], signal: AbortSignal): Promise<string> {
    return await this.#addBlob('tree', encodeTree(nodes), signal)
  }

  /** Stores a folder of which every node's JSON is there, in the order of trees. */
  async addTreeText(nodes: readonly string[], signal: AbortSignal): Promise<string> {
    return await this.#addBlob('tree', Buffer.from(`{"nodes":[${nodes.join(',')}]}\n`), signal)
  }

  /** The nodes of a folder of this machine, whose small files are stored. Throws the system's error where it cannot be listed. */
  async addFolder(job: Omit<FolderJob, 'kind'>, signal: AbortSignal): Promise<FolderPart> {
    return await this.#run<FolderPart>({ kind: 'folder', ...job }, signal)
  }

  /** A large file of this machine; `onBytes` hears of each part. Throws the system's errors. */
  async addLargeFile(file: string, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<RelayedFile> {
    return await relayFile(file, this.threads, async (job, onNext) => {
      const part = await this.#run<FilePart>(job, signal, [], onNext)
      onBytes(part.bytes)
      return part
    })
  }

  /** Queues a snapshot for the next commit; returns the id that it will have. */
  addSnapshot(fields: Omit<Snapshot, 'id'>): string {
    const file = sealUnpacked(this.#repository.key, encodeSnapshot(fields))
    this.#snapshots.push(file)
    return file.name
  }

  /** True when the repository, or this writer, has the blob already. */
  has(type: BlobType, id: string): boolean {
    return this.#index.has(type, id) || this.#tables.claims.find(type, id) !== -1
  }

  /**
   * Whether these blobs, once they are committed, were read back as they are to be: reads those that earlier runs have
   * stored, and that this one only refers to. False where one of them is damaged.
   */
  async readsBack(type: BlobType, ids: Iterable<string>, signal: AbortSignal): Promise<boolean> {
    const { backend, key } = this.#repository
    for (const id of ids) {
      if (this.#tables.claims.find(type, id) !== -1) continue
      if (!Buffer.isBuffer(await readBlob(backend, key, this.#index.all(type, id), signal))) return false
    }
    return true
  }

  /** Packs, then their index, then the snapshots, each durable before the next. Afterwards the writer can be used on. */
  async commit(signal: AbortSignal): Promise<CommitResult> {
    const running = this.#commit(signal)
    this.#commits.add(running)
    try {
      return await running
    } finally {
      this.#commits.delete(running)
    }
  }

  async #commit(signal: AbortSignal): Promise<CommitResult> {
    // Those queued while this runs need blobs that may not be written yet: they wait for the next commit.
    const snapshots = this.#snapshots.splice(0)
    this.#store.flush()
    await Promise.all([this.#workers?.flush(), ...this.#lanes.map(lane => lane.drained())])
    await this.#uploads.settled()
    await this.#writeIndex()
    this.#throwFailure()
    while (snapshots.length > 0) {
      const some = snapshots.splice(0, snapshotsAtOnce)
      await this.#attempt(() => this.#writeSnapshots(some, signal))
    }
    const [written, before, now] = [this.#written, this.#committed, this.stats]
    this.#written = { packs: [], indexes: [], snapshots: [] }
    this.#committed = now
    return {
      newBlobs: now.newBlobs - before.newBlobs,
      newTrees: now.newTrees - before.newTrees,
      newBytes: now.newBytes - before.newBytes,
      packedBytes: now.packedBytes - before.packedBytes,
      storedBytes: now.storedBytes - before.storedBytes,
      ...written,
    }
  }

  /** Gives up what is not committed, and ends the worker threads: afterwards nothing more is written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#failure ??= { error: new BlackstartError('internal', 'The writer is disposed of.') }
    this.#disposed.abort(this.#failure.error)
    const workers = this.#workers
    if (workers !== null) {
      this.#stored = workers.stored
      this.#workers = null
      await workers[Symbol.asyncDispose]()
    }
    await Promise.all(this.#lanes.map(lane => lane.discard()))
    await this.#uploads.settled()
    await Promise.allSettled([this.#indexing, ...this.#commits])
  }

  /** `chunk` is the caller's again when this returns, before it resolves. */
  #addChunk(chunk: Uint8Array, signal: AbortSignal): Promise<string> {
    this.#streamed += chunk.byteLength
    if (chunk.byteLength < smallBlob || this.#streamed < workersFrom) return this.#addBlob('data', chunk, signal)
    const plain = Uint8Array.from(chunk)
    return this.#run({ kind: 'blob', type: 'data', plain }, signal, [plain.buffer])
  }

  /** Chunks of a stream that may be under way, from the last. */
  #chunksAhead(): number {
    return this.#workers === null ? 1 : this.#workers.count + 2
  }

  /** In this thread. */
  async #addBlob(type: BlobType, plain: Uint8Array, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    this.#throwFailure()
    const id = this.#guard(() => this.#store.add(type, plain))
    if (this.#uploads.waiting > mostWaiting) await this.#lanes[type === 'data' ? 0 : 1]?.drained()
    if (this.#isIndexDue()) await this.#writeIndex()
    return id
  }

  /** In a worker thread. What goes wrong with a blob there leaves a claim that nobody keeps: the writer has failed. */
  async #run<Result>(
    job: Job,
    signal: AbortSignal,
    transfer: readonly ArrayBuffer[] = [],
    onNext: ((next: NextPart) => void) | null = null,
  ): Promise<Result> {
    signal.throwIfAborted()
    this.#throwFailure()
    try {
      const result = await this.#startedWorkers().run<Result>(job, transfer, onNext)
      if (this.#isIndexDue()) await this.#writeIndex()
      return result
    } catch (error) {
      if (error instanceof BlackstartError || systemCode(error) === null) this.#failure ??= { error }
      throw error
    }
  }

  #startedWorkers(): BlobWorkers {
    const { key, polynomial } = this.#repository
    const setup = () => ({
      ...{ key: key.toJson(), polynomial, rules: this.#rules },
      ...{ known: this.#tables.known.shared, claims: this.#tables.claims.shared },
    })
    this.#workers ??= new BlobWorkers(setup, this.#uploads, this.#spare)
    return this.#workers
  }

  #take(pack: IndexedPack, bytes: number): void {
    this.#storedBytes += bytes
    if (this.#uploaded.length === 0) this.#oldestUpload = this.#repository.now().getTime()
    this.#uploaded.push(pack)
    this.#written.packs.push(pack.id)
  }

  #isIndexDue(): boolean {
    if (this.#uploaded.length === 0) return false
    const blobs = this.#uploaded.reduce((sum, pack) => sum + pack.blobs.length, 0)
    return blobs >= fullIndex || this.#repository.now().getTime() - this.#oldestUpload > indexAge
  }

  /** Resolves when every pack that is written is in an index that is written. */
  #writeIndex(): Promise<void> {
    this.#indexing = this.#indexing.then(() => this.#attempt(() => this.#indexUploaded()))
    return this.#indexing
  }

  async #indexUploaded(): Promise<void> {
    for (const packs of indexPortions(this.#uploaded.splice(0))) {
      const file = sealUnpacked(this.#repository.key, encodeIndex(packs))
      await writeUnderLock(this.#repository, this.#lock, 'index', [file], this.#end)
      this.#written.indexes.push(file.name)
      this.#index.add(file.name, packs)
    }
    if (this.#tables.known === this.#index.table) return
    this.#tables.known = this.#index.table
    this.#workers?.useKnown(this.#tables.known.shared)
  }

  async #writeSnapshots(files: readonly SealedFile[], signal: AbortSignal): Promise<void> {
    await this.#ready
    const end = AbortSignal.any([signal, this.#end])
    await writeUnderLock(this.#repository, this.#lock, 'snapshot', files, end)
    this.#written.snapshots.push(...files.map(({ name }) => name))
  }

  /** A writer that failed to write stays failed: what it claimed may never have been stored. */
  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }

  #guard<Result>(action: () => Result): Result {
    try {
      return action()
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }

  #throwFailure(): void {
    const failure = this.#failure ?? this.#uploads.failure
    if (failure !== null) throw failure.error
  }
}

function sinkOf(lane: PackLane): PackSink {
  return {
    append(bytes) {
      void lane.append(Uint8Array.from(bytes))
    },
    finish(pack) {
      void lane.finish(pack)
    },
  }
}
