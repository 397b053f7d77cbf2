import type { Repository } from '../repository.ts'
import { DigestSet } from './digest-set.ts'
import { TreesAhead } from './trees-ahead.ts'
import { childPath, type OnDamage, readOrTell, type TreeEntry } from './walk-tree.ts'

export interface SearchRules {
  isHit(entry: TreeEntry): boolean
  /** Whether to look into a folder. */
  into(folder: TreeEntry): boolean
  /** Whether what a folder holds is a hit or not by its path too, and not by its tree alone. */
  readonly byPath: boolean
  readonly onDamage?: OnDamage
}

/** Searches the trees of many snapshots. A folder in which there was nothing is not searched again: 20 to 40 bytes each. */
export class TreeSearch {
  readonly #rules: SearchRules
  readonly #trees: TreesAhead
  readonly #signal: AbortSignal
  readonly #barren = new DigestSet()

  constructor(repository: Repository, rules: SearchRules, signal: AbortSignal) {
    this.#rules = rules
    this.#trees = new TreesAhead(repository, signal)
    this.#signal = signal
  }

  /** The hits below a tree, in the order of a walk. */
  async *tree(tree: string, path = '/'): AsyncGenerator<TreeEntry, boolean> {
    const key = this.#rules.byPath ? `${tree} ${path}` : tree
    if (this.#barren.has(key)) {
      this.#trees.skip(tree)
      return false
    }
    this.#signal.throwIfAborted()
    const nodes = await readOrTell(this.#trees, tree, path, this.#rules.onDamage)
    const entries = nodes.map(node => ({ node, tree, path: childPath(path, node.name) }))
    let found = false
    for (const [i, entry] of entries.entries()) {
      if (this.#rules.isHit(entry)) {
        found = true
        yield entry
      }
      const { subtree } = entry.node
      if (subtree === undefined || !this.#rules.into(entry)) continue
      this.#trees.expect(this.#folders(entries, i))
      if (yield* this.tree(subtree, entry.path)) found = true
    }
    if (!found) this.#barren.add(key)
    return found
  }

  *#folders(entries: readonly TreeEntry[], from: number): Generator<string> {
    for (let i = from; i < entries.length; i += 1) {
      const entry = entries[i] as TreeEntry
      const { subtree } = entry.node
      if (subtree === undefined || !this.#rules.into(entry)) continue
      if (!this.#barren.has(this.#rules.byPath ? `${subtree} ${entry.path}` : subtree)) yield subtree
    }
  }
}
