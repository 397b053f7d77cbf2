import { lostBlob } from '../check/lost-blob.ts'
import { treeReferences } from '../check/tree-references.ts'
import { damaged } from '../damage.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import type { BlobType } from '../pack/pack-header.ts'
import type { Repository } from '../repository.ts'

/** Bytes of closures that are kept for other snapshots: versions of an item share most of their trees. */
const mostKept = 64 * 1024 * 1024

/** The packs that hold a tree and everything below it. */
export class PackClosures {
  readonly #repository: Repository
  readonly #index: BlobIndex
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
  /** Sorted pack numbers by tree, the least used first. */
  readonly #kept = new Map<string, Uint32Array>()
  #keptBytes = 0

  constructor(repository: Repository, index: BlobIndex) {
    this.#repository = repository
    this.#index = index
  }

  /** Names of packs. Throws `integrity` where a blob is in no index, or a tree cannot be read. */
  async below(tree: string, snapshot: string, signal: AbortSignal): Promise<string[]> {
    const numbers = await this.#closure(tree, snapshot, signal)
    return Array.from(numbers, number => this.#names[number] ?? '')
  }

  async #closure(tree: string, snapshot: string, signal: AbortSignal): Promise<Uint32Array> {
    const kept = this.#kept.get(tree)
    if (kept !== undefined) {
      this.#kept.delete(tree)
      this.#kept.set(tree, kept)
      return kept
    }
    signal.throwIfAborted()
    const packs = new Set([this.#packOf('tree', tree, snapshot)])
    const references = treeReferences(await this.#repository.blob('tree', tree, signal))
    if (references === null) {
      const pack = this.#index.find('tree', tree)?.pack ?? ''
      throw damaged(this.#repository.backend, 'pack', pack, `holds a tree, ${tree}, that is no list of files`)
    }
    for (const id of references.data) packs.add(this.#packOf('data', id, snapshot))
    for (const below of references.trees) {
      for (const number of await this.#closure(below, snapshot, signal)) packs.add(number)
    }
    return this.#keep(tree, Uint32Array.from(packs).sort())
  }

  #packOf(type: BlobType, id: string, snapshot: string): number {
    const name = this.#index.find(type, id)?.pack
    if (name === undefined) throw lostBlob(this.#repository.backend.location, type, id, snapshot)
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  #keep(tree: string, packs: Uint32Array): Uint32Array {
    this.#kept.set(tree, packs)
    this.#keptBytes += sizeOf(packs)
    for (const [oldest, its] of this.#kept) {
      if (this.#keptBytes <= mostKept || oldest === tree) break
      this.#kept.delete(oldest)
      this.#keptBytes -= sizeOf(its)
    }
    return packs
  }
}

/** With its entry in the map. */
function sizeOf(packs: Uint32Array): number {
  return packs.byteLength + 300
}
