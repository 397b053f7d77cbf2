import type { BlobSource } from '../copy/read-blobs.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import { encodeIndex, type IndexedPack } from '../index/index-file.ts'
import { fullIndex } from '../index/index-portions.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import { sealUnpacked } from '../unpacked.ts'
import { writeUnderLock } from '../write-under-lock.ts'

/** Writes index files, full ones as packs come, the last with `flush`; each is durable and read back before it counts. */
export class IndexWriter {
  readonly #target: BlobSource
  readonly #index: BlobIndex | null
  readonly #lock: RepositoryLock
  readonly #end: AbortSignal
  #packs: IndexedPack[] = []
  #blobs = 0
  /** Names of the files written. */
  readonly names: string[]

  /** What is written is added to `index`. `before` names files that were written for the same work under another lock. */
  constructor(
    target: BlobSource,
    index: BlobIndex | null,
    lock: RepositoryLock,
    end: AbortSignal,
    before: readonly string[] = [],
  ) {
    this.#lock = lock
    this.names = [...before]
    this.#target = target
    this.#index = index
    this.#end = end
  }

  /** Packs that no file names yet. */
  get waiting(): number {
    return this.#packs.length
  }

  async add(pack: IndexedPack): Promise<void> {
    this.#packs.push(pack)
    this.#blobs += pack.blobs.length
    if (this.#blobs >= fullIndex) await this.flush()
  }

  async flush(): Promise<void> {
    const packs = this.#packs
    if (packs.length === 0) return
    this.#packs = []
    this.#blobs = 0
    const file = sealUnpacked(this.#target.key, encodeIndex(packs))
    await writeUnderLock(this.#target, this.#lock, 'index', [file], this.#end)
    this.names.push(file.name)
    this.#index?.add(file.name, packs)
  }
}
