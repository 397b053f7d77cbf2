import type { BlobSource } from '../copy/read-blobs.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import { encodeIndex, type IndexedPack } from '../index/index-file.ts'
import { readBack } from '../read-back.ts'
import { sealUnpacked } from '../unpacked.ts'

/** Blobs of one index file: restic's limit. */
const fullIndex = 50_000

/** Writes index files, full ones as packs come, the last with `flush`; each is durable and read back before it counts. */
export class IndexWriter {
  readonly #target: BlobSource
  readonly #index: BlobIndex | null
  readonly #end: AbortSignal
  #packs: IndexedPack[] = []
  #blobs = 0
  /** Names of the files written. */
  readonly names: string[]

  /** What is written is added to `index`. `before` names files that were written for the same work under another lock. */
  constructor(target: BlobSource, index: BlobIndex | null, end: AbortSignal, before: readonly string[] = []) {
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
    const { backend, key } = this.#target
    const { name, bytes } = sealUnpacked(key, encodeIndex(packs))
    await backend.write('index', name, [bytes], this.#end)
    await readBack(backend, 'index', name, this.#end)
    this.names.push(name)
    this.#index?.add(name, packs)
  }
}
