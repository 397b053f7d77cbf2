import { atOnce } from '../browse/at-once.ts'
import { lostBlob } from '../check/lost-blob.ts'
import { treeReferences } from '../check/tree-references.ts'
import { type TreePlace, type TreeRead, walkTrees } from '../check/walk-trees.ts'
import { damaged } from '../damage.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import type { Repository } from '../repository.ts'
import { EntrySet } from './entry-set.ts'

/**
 * The blobs that snapshots need, as numbers of an index's entries: a bit for each, and 100 bytes a snapshot. Grows as snapshots
 * come; a tree that was followed once is not read again.
 */
export class UsedBlobs {
  readonly #repository: Repository
  readonly #index: BlobIndex
  readonly entries: EntrySet
  readonly #snapshots = new Set<string>()
  #trees = 0

  constructor(repository: Repository, index: BlobIndex) {
    this.#repository = repository
    this.#index = index
    this.entries = new EntrySet(index.entries)
  }

  get snapshots(): number {
    return this.#snapshots.size
  }

  /**
   * Follows those of the named snapshots that were not followed before. To be listed before the index is loaded, or while
   * nobody can write any: an index is written before its snapshots. Throws `integrity` where one cannot be read, needs a tree that cannot
   * be read, or a blob that no index knows: then nobody can tell what may go.
   */
  async addNew(
    names: readonly string[],
    onProgress: (snapshots: number, trees: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const visit = (place: TreePlace, tree: TreeRead): TreePlace[] => {
      const below = this.#mark(place, tree)
      this.#trees += 1
      onProgress(this.#snapshots.size, this.#trees)
      return below
    }
    await walkTrees(this.#repository, this.#index, this.#newRoots(names, signal), this.entries, visit, signal)
    onProgress(this.#snapshots.size, this.#trees)
  }

  async *#newRoots(names: readonly string[], signal: AbortSignal): AsyncGenerator<TreePlace> {
    const { backend } = this.#repository
    const added = newNames(names, this.#snapshots)
    for await (const { id, tree } of atOnce(added, backend.atOnce, name => this.#repository.snapshot(name, signal))) {
      yield { id: tree, path: '/', snapshot: id }
    }
  }

  #mark({ id, path, snapshot }: TreePlace, tree: TreeRead): TreePlace[] {
    const { backend } = this.#repository
    if (!Buffer.isBuffer(tree)) throw tree ?? lostBlob(backend.location, 'tree', id, snapshot)
    const references = treeReferences(tree)
    if (references === null) {
      const pack = this.#index.find('tree', id)?.pack ?? ''
      throw damaged(backend, 'pack', pack, `holds a tree, ${id}, that is no list of files`)
    }
    for (const blob of references.data) {
      const entry = this.#index.numberOf('data', blob)
      if (entry === -1) throw lostBlob(backend.location, 'data', blob, snapshot)
      this.entries.add(entry)
    }
    return references.trees.map(below => ({ id: below, path, snapshot }))
  }
}

function* newNames(names: readonly string[], known: Set<string>): Generator<string> {
  for (const name of names) {
    if (known.has(name)) continue
    known.add(name)
    yield name
  }
}
