import type { BlobIndex } from '../index/blob-index.ts'
import type { IndexedPack } from '../index/index-file.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { SealedBlob } from '../pack/blob-sealing.ts'
import { PackBuilder } from '../pack/pack-builder.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { type PackLane, PackUploads } from '../pack/pack-uploads.ts'
import { IndexWriter } from '../prune/index-writer.ts'
import type { BlobSource } from './read-blobs.ts'

/** Bytes that may wait for the storage. */
const mostWaiting = 32 * 1024 * 1024
/** Milliseconds after which packs are indexed, so that work that is stopped is not begun anew. */
const indexAge = 3 * 60_000

/**
 * Writes blobs that are sealed already, data and trees into packs of their own. A pack is durable and read back before an
 * index names it. Deduplicates nothing: that is the caller's. After an error nothing more can be added.
 */
export class SealedWriter implements AsyncDisposable {
  readonly #uploads: PackUploads
  readonly #lanes: Record<BlobType, PackLane>
  readonly #builders: Record<BlobType, PackBuilder>
  readonly #indexes: IndexWriter
  readonly #now: () => Date
  #read: IndexedPack[] = []
  #indexed: number
  readonly packs: string[] = []
  /** Of pack files. */
  bytes = 0

  /** `index` gets what is written. `end` gives everything up. */
  constructor(
    target: BlobSource & { readonly now: () => Date },
    index: BlobIndex | null,
    lock: RepositoryLock,
    end: AbortSignal,
  ) {
    this.#uploads = new PackUploads(target, end, (pack, bytes) => this.#take(pack, bytes))
    this.#lanes = { data: this.#uploads.lane(), tree: this.#uploads.lane() }
    this.#builders = { data: builderOf(target, this.#lanes.data), tree: builderOf(target, this.#lanes.tree) }
    this.#indexes = new IndexWriter(target, index, lock, end)
    this.#now = target.now
    this.#indexed = target.now().getTime()
  }

  /** Names of the index files written. */
  get indexes(): readonly string[] {
    return this.#indexes.names
  }

  /** `sealed.bytes` must not change afterwards. Waits while much is under way. */
  async add(type: BlobType, id: string, sealed: SealedBlob): Promise<void> {
    this.#throwFailure()
    this.#builders[type].add(type, id, sealed.bytes, sealed.plainLength)
    if (this.#uploads.waiting > mostWaiting) await this.#lanes[type].drained()
    await this.#index()
    if (this.#now().getTime() - this.#indexed > indexAge) await this.#flushIndex()
  }

  /** Afterwards all that was added is in packs, and these in indexes. The writer can be used on. */
  async finish(): Promise<void> {
    for (const type of ['data', 'tree'] as const) {
      this.#builders[type].flush()
      await this.#lanes[type].drained()
    }
    await this.#uploads.settled()
    this.#throwFailure()
    await this.#flushIndex()
  }

  /** Gives up what is not finished. Packs that were written and not indexed stay, unreferenced. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const type of ['data', 'tree'] as const) await this.#lanes[type].discard()
    await this.#uploads.settled()
  }

  #take(pack: IndexedPack, bytes: number): void {
    this.#read.push(pack)
    this.packs.push(pack.id)
    this.bytes += bytes
  }

  async #index(): Promise<void> {
    for (const pack of this.#read.splice(0)) await this.#indexes.add(pack)
  }

  async #flushIndex(): Promise<void> {
    await this.#index()
    await this.#indexes.flush()
    this.#indexed = this.#now().getTime()
  }

  #throwFailure(): void {
    if (this.#uploads.failure !== null) throw this.#uploads.failure.error
  }
}

function builderOf({ key }: BlobSource, lane: PackLane): PackBuilder {
  return new PackBuilder(key, {
    append(bytes) {
      void lane.append(bytes)
    },
    finish(pack) {
      void lane.finish(pack)
    },
  })
}
