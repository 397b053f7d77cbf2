import { BlackstartError } from '../errors.ts'
import { Chunker } from './chunker/chunker.ts'
import { sha256 } from './crypto/sha256.ts'
import type { BlobIndex } from './index/blob-index.ts'
import { encodeIndex, type IndexedPack } from './index/index-file.ts'
import { readBlob } from './index/read-blob.ts'
import { openBlob, type SealedBlob, sealBlob } from './pack/blob-sealing.ts'
import { type FinishedPack, PackBuilder, packTarget } from './pack/pack-builder.ts'
import type { BlobType } from './pack/pack-header.ts'
import { readBack } from './read-back.ts'
import type { Repository } from './repository.ts'
import { encodeSnapshot, type Snapshot } from './snapshot/snapshot.ts'
import { encodeTree } from './tree/tree-json.ts'
import type { TreeNode } from './tree/tree-node.ts'
import { type SealedFile, sealUnpacked } from './unpacked.ts'

export interface WriterStats {
  /** Blobs that the repository did not have. */
  readonly newBlobs: number
  /** Their plain bytes. */
  readonly newBytes: number
  /** Bytes of pack files written. */
  readonly storedBytes: number
}

/** What was written since the commit before. */
export interface CommitResult extends WriterStats {
  readonly packs: readonly string[]
  readonly indexes: readonly string[]
  readonly snapshots: readonly string[]
}

/** Pack files that are being written at the same time. */
const mostUploads = 2
/** Snapshot files that are written at the same time: each waits for the disk twice. */
const snapshotsAtOnce = 16
/** An index file is written, even before the commit, from this many blobs on: restic's limit. */
const indexBlobs = 50_000
/** Milliseconds after which packs are indexed before the commit, so that an interrupted first backup is not begun anew. */
const indexAge = 10 * 60_000

/**
 * The repository must be locked, shared at least, until the last commit: `await using lock = await repository.lock('shared',
 * signal)`. `signal` ends the whole writer, with the packs that it is writing; those of the calls end only the call.
 */
export async function openWriter(repository: Repository, signal: AbortSignal): Promise<Writer> {
  const { heldLock } = repository
  if (heldLock === null)
    throw new BlackstartError('internal', 'A writer was opened on a repository that is not locked.')
  return new Writer(repository, await repository.refresh(signal), AbortSignal.any([signal, heldLock.lost]))
}

/**
 * Adds to a repository. Nothing can be seen of it before `commit`, but packs that no index names. Every file is read back
 * once it is written, a pack before an index names it: what `commit` reports was read as it was written. Calls may overlap.
 */
export class Writer {
  readonly #repository: Repository
  readonly #index: BlobIndex
  /** Aborted when the work is given up or the lock is lost. */
  readonly #end: AbortSignal
  readonly #chunker: Chunker
  /** Claimed since the last commit: in a pack that is open or being written. */
  readonly #claimed: Record<BlobType, Set<string>> = { data: new Set(), tree: new Set() }
  readonly #open: Record<BlobType, PackBuilder> = { data: new PackBuilder(), tree: new PackBuilder() }
  readonly #uploads = new Set<Promise<void>>()
  /** Packs of this writer, each read back. */
  readonly #own = new Set<string>()
  readonly #uploaded: IndexedPack[] = []
  #oldestUpload = 0
  /** The index files are written one after the other. */
  #indexing: Promise<void> = Promise.resolve()
  readonly #snapshots: SealedFile[] = []
  #written: { packs: string[]; indexes: string[]; snapshots: string[] } = { packs: [], indexes: [], snapshots: [] }
  #failure: { readonly error: unknown } | null = null
  #newBlobs = 0
  #newBytes = 0
  #storedBytes = 0
  #committed: WriterStats = { newBlobs: 0, newBytes: 0, storedBytes: 0 }

  constructor(repository: Repository, index: BlobIndex, end: AbortSignal) {
    this.#repository = repository
    this.#index = index
    this.#end = end
    this.#chunker = new Chunker(repository.polynomial)
  }

  /** Since the writer was opened. */
  get stats(): WriterStats {
    return { newBlobs: this.#newBlobs, newBytes: this.#newBytes, storedBytes: this.#storedBytes }
  }

  /** Stores a file's content. Throws what the stream throws, and then the chunks so far stay unreferenced. */
  async addFile(
    pieces: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ content: readonly string[]; bytes: number }> {
    const content: string[] = []
    let bytes = 0
    for await (const chunk of this.#chunker.chunks(pieces)) {
      content.push(await this.#addBlob('data', chunk, signal))
      bytes += chunk.byteLength
    }
    return { content, bytes }
  }

  /** Stores a folder; returns its id. `nodes` need no order, and no two may have the same name. */
  async addTree(nodes: readonly TreeNode[], signal: AbortSignal): Promise<string> {
    return await this.#addBlob('tree', encodeTree(nodes), signal)
  }

  /** Queues a snapshot for the next commit; returns the id that it will have. */
  addSnapshot(fields: Omit<Snapshot, 'id'>): string {
    const file = sealUnpacked(this.#repository.key, encodeSnapshot(fields))
    this.#snapshots.push(file)
    return file.name
  }

  /** True when the repository, or this writer, has the blob already. */
  has(type: BlobType, id: string): boolean {
    return this.#index.has(type, id) || this.#claimed[type].has(id)
  }

  /**
   * Whether these blobs, once they are committed, were read back as they are to be: reads those that earlier runs have
   * stored, and that this one only refers to. False where one of them is damaged.
   */
  async readsBack(type: BlobType, ids: Iterable<string>, signal: AbortSignal): Promise<boolean> {
    const { backend, key } = this.#repository
    for (const id of ids) {
      if (this.#claimed[type].has(id)) continue
      const places = this.#index.all(type, id)
      if (places.some(({ pack }) => this.#own.has(pack))) continue
      if (!Buffer.isBuffer(await readBlob(backend, key, places, signal))) return false
    }
    return true
  }

  /** Packs, then their index, then the snapshots, each durable before the next. Afterwards the writer can be used on. */
  async commit(signal: AbortSignal): Promise<CommitResult> {
    // Those queued while this runs need blobs that may not be written yet: they wait for the next commit.
    const snapshots = this.#snapshots.splice(0)
    for (const type of ['data', 'tree'] as const) if (this.#open[type].bytes > 0) await this.#close(type)
    await Promise.all(this.#uploads)
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
      newBytes: now.newBytes - before.newBytes,
      storedBytes: now.storedBytes - before.storedBytes,
      ...written,
    }
  }

  async #addBlob(type: BlobType, plain: Uint8Array, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    this.#throwFailure()
    const id = sha256(plain)
    if (this.has(type, id)) return id
    const { bytes, plainLength } = this.#seal(type, id, plain)
    this.#claimed[type].add(id)
    this.#open[type].add(type, id, bytes, plainLength)
    this.#newBlobs += 1
    this.#newBytes += plain.byteLength
    if (this.#open[type].bytes >= packTarget) await this.#close(type)
    return id
  }

  #seal(type: BlobType, id: string, plain: Uint8Array): SealedBlob {
    const { key, backend } = this.#repository
    const sealed = sealBlob(key, type, plain)
    // A bit that flips in memory is found now, not at the restore.
    if (Buffer.isBuffer(openBlob(key, { type, id, plainLength: sealed.plainLength }, sealed.bytes))) return sealed
    throw new BlackstartError(
      'integrity',
      `${backend.location}: ${type} blob ${id} could not be read back before it was written. The memory or the processor of this machine is faulty: have it tested.`,
      { facts: { blob: id } },
    )
  }

  /** Begins to write the open pack; waits while too many are being written. */
  async #close(type: BlobType): Promise<void> {
    const pack = this.#open[type].finish(this.#repository.key)
    this.#open[type] = new PackBuilder()
    const upload = this.#upload(pack).finally(() => this.#uploads.delete(upload))
    this.#uploads.add(upload)
    while (this.#uploads.size > mostUploads) await Promise.race(this.#uploads)
    this.#throwFailure()
    if (this.#isIndexDue()) await this.#writeIndex()
  }

  /** Never rejects: the failure is thrown by the next call. */
  async #upload({ name, parts, blobs, bytes }: FinishedPack): Promise<void> {
    try {
      this.#end.throwIfAborted()
      await this.#repository.backend.write('pack', name, parts, this.#end)
      await readBack(this.#repository.backend, 'pack', name, this.#end)
    } catch (error) {
      this.#failure ??= { error }
      return
    }
    this.#storedBytes += bytes
    if (this.#uploaded.length === 0) this.#oldestUpload = this.#repository.now().getTime()
    this.#own.add(name)
    this.#uploaded.push({ id: name, blobs })
    this.#written.packs.push(name)
  }

  #isIndexDue(): boolean {
    if (this.#uploaded.length === 0) return false
    const blobs = this.#uploaded.reduce((sum, pack) => sum + pack.blobs.length, 0)
    return blobs >= indexBlobs || this.#repository.now().getTime() - this.#oldestUpload > indexAge
  }

  /** Resolves when every pack that is written is in an index that is written. */
  #writeIndex(): Promise<void> {
    this.#indexing = this.#indexing.then(() => this.#attempt(() => this.#indexUploaded()))
    return this.#indexing
  }

  async #indexUploaded(): Promise<void> {
    const { key, backend } = this.#repository
    for (const packs of indexPortions(this.#uploaded.splice(0))) {
      this.#end.throwIfAborted()
      const { name, bytes } = sealUnpacked(key, encodeIndex(packs))
      await backend.write('index', name, [bytes], this.#end)
      await readBack(backend, 'index', name, this.#end)
      this.#written.indexes.push(name)
      this.#index.add(name, packs)
      for (const { blobs } of packs) for (const { type, id } of blobs) this.#claimed[type].delete(id)
    }
  }

  async #writeSnapshots(files: readonly SealedFile[], signal: AbortSignal): Promise<void> {
    this.#end.throwIfAborted()
    const { backend } = this.#repository
    const results = await Promise.allSettled(
      files.map(async ({ name, bytes }) => {
        await backend.write('snapshot', name, [bytes], signal)
        await readBack(backend, 'snapshot', name, signal)
      }),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
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

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}

function* indexPortions(packs: readonly IndexedPack[]): Generator<IndexedPack[]> {
  let portion: IndexedPack[] = []
  let blobs = 0
  for (const pack of packs) {
    portion.push(pack)
    blobs += pack.blobs.length
    if (blobs < indexBlobs) continue
    yield portion
    portion = []
    blobs = 0
  }
  if (portion.length > 0) yield portion
}
