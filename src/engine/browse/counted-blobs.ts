import type { BlobIndex } from '../index/blob-index.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { EntrySet } from '../prune/entry-set.ts'
import type { TreeNode } from '../tree/tree-node.ts'

/** A set of blobs: a bit for each that the index knows, and a string for each that it does not. */
export class CountedBlobs {
  readonly #index: BlobIndex
  readonly #known: EntrySet
  readonly #unknown = new Set<string>()

  constructor(index: BlobIndex) {
    this.#index = index
    this.#known = new EntrySet(index.entries)
  }

  /** Those that no index knows. */
  get unknown(): number {
    return this.#unknown.size
  }

  /** False where it is in already. */
  add(type: BlobType, id: string): boolean {
    const number = this.#index.numberOf(type, id)
    if (number !== -1) return this.#known.add(number)
    const key = `${type} ${id}`
    if (this.#unknown.has(key)) return false
    this.#unknown.add(key)
    return true
  }

  holds(type: BlobType, id: string): boolean {
    const number = this.#index.numberOf(type, id)
    return number === -1 ? this.#unknown.has(`${type} ${id}`) : this.#known.has(number)
  }

  /** What an entry of a tree refers to. */
  addNode({ subtree, content }: TreeNode): void {
    if (subtree !== undefined) this.add('tree', subtree)
    for (const id of content ?? []) this.add('data', id)
  }

  /** By the number of its entry in the index. */
  has(number: number): boolean {
    return this.#known.has(number)
  }
}
