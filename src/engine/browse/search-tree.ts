import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree/tree-node.ts'
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
    let found = false
    for (const [i, node] of nodes.entries()) {
      const entry = { node, tree, path: childPath(path, node.name) }
      if (this.#rules.isHit(entry)) {
        found = true
        yield entry
      }
      const { subtree } = node
      if (subtree === undefined || !this.#rules.into(entry)) continue
      this.#trees.expect(this.#folders({ nodes, tree, path }, i))
      if (yield* this.tree(subtree, entry.path)) found = true
    }
    if (!found) this.#barren.add(key)
    return found
  }

  *#folders({ nodes, tree, path }: SearchedFolder, from: number): Generator<string> {
    for (let i = from; i < nodes.length; i += 1) {
      const node = nodes[i] as TreeNode
      if (node.subtree === undefined) continue
      const entry = { node, tree, path: childPath(path, node.name) }
      const key = this.#rules.byPath ? `${node.subtree} ${entry.path}` : node.subtree
      if (this.#rules.into(entry) && !this.#barren.has(key)) yield node.subtree
    }
  }
}

interface SearchedFolder {
  readonly nodes: readonly TreeNode[]
  readonly tree: string
  readonly path: string
}
