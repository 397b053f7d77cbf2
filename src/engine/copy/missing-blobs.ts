import type { BlackstartError } from '../../errors.ts'
import { lostBlob } from '../check/lost-blob.ts'
import { treeReferences } from '../check/tree-references.ts'
import { type TreePlace, type TreeRead, walkTrees } from '../check/walk-trees.ts'
import { damaged } from '../damage.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { EntrySet } from '../prune/entry-set.ts'
import type { BlobSource } from './read-blobs.ts'

/** A repository's blobs, and where they lie. */
export interface IndexedSource extends BlobSource {
  readonly index: BlobIndex
}

/** What trees of one repository need and another one lacks: bits for blobs, and the names of packs. */
export class MissingBlobs {
  readonly #source: IndexedSource
  readonly #has: (type: BlobType, id: string) => boolean
  readonly #seen: EntrySet
  /** Numbers of the source's entries. */
  readonly wanted: EntrySet
  /** Packs of the source with wanted blobs. */
  readonly packs = new Set<string>()
  /** What is needed and the source does not give back. */
  readonly failures: BlackstartError[] = []

  /** `seen` are trees of the source that need not be followed. */
  constructor(source: IndexedSource, has: (type: BlobType, id: string) => boolean, seen: EntrySet) {
    this.#source = source
    this.#has = has
    this.#seen = seen
    this.wanted = new EntrySet(source.index.entries)
  }

  /** Adds what lies below the trees, and these. */
  async follow(roots: Iterable<TreePlace>, signal: AbortSignal): Promise<void> {
    const { index } = this.#source
    await walkTrees(this.#source, index, roots, this.#seen, (place, tree) => this.#visit(place, tree), signal)
  }

  /** Adds one blob; false where the source does not know it. */
  want(type: BlobType, id: string): boolean {
    if (this.#has(type, id)) return true
    const place = this.#source.index.find(type, id)
    if (place === null) return false
    this.wanted.add(this.#source.index.numberOf(type, id))
    this.packs.add(place.pack)
    return true
  }

  #visit({ id, path, snapshot }: TreePlace, tree: TreeRead): TreePlace[] {
    const { location } = this.#source.backend
    const references = Buffer.isBuffer(tree) ? treeReferences(tree) : null
    if (references === null) {
      this.failures.push(Buffer.isBuffer(tree) ? this.#noTree(id) : (tree ?? lostBlob(location, 'tree', id, snapshot)))
      return []
    }
    this.want('tree', id)
    for (const blob of references.data) {
      if (!this.want('data', blob)) this.failures.push(lostBlob(location, 'data', blob, snapshot))
    }
    return references.trees.map(below => ({ id: below, path, snapshot }))
  }

  #noTree(id: string): BlackstartError {
    const { backend, index } = this.#source
    return damaged(backend, 'pack', index.find('tree', id)?.pack ?? '', `holds a tree, ${id}, that is no list of files`)
  }
}
