import { childPath } from '../browse/walk-tree.ts'
import { sha256 } from '../crypto/sha256.ts'
import { refuseRepeated } from '../files/safe-name.ts'
import type { Repository } from '../repository.ts'
import { encodeTree } from '../tree/tree-json.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { Turns } from '../turns.ts'
import type { Writer } from '../writer.ts'

export interface RewrittenTree {
  readonly tree: string
  /** Of the files that are left in it. */
  readonly files: number
  readonly bytes: number
}

/** Folders that are remembered, at most: about 400 bytes each. */
const mostKnown = 200_000

/** Leaves entries out of trees. What several snapshots have in common is read and written once. */
export class TreeRewriter {
  readonly #repository: Repository
  readonly #isExcluded: (path: string) => boolean
  readonly #writer: Writer | null
  readonly #signal: AbortSignal
  readonly #onExclude: (path: string) => void
  readonly #turns = new Turns()
  readonly #known = new Map<string, RewrittenTree>()

  /** Without a writer it finds out what the trees would be. */
  constructor(
    repository: Repository,
    rules: { readonly isExcluded: (path: string) => boolean; readonly onExclude: (path: string) => void },
    writer: Writer | null,
    signal: AbortSignal,
  ) {
    this.#repository = repository
    this.#isExcluded = rules.isExcluded
    this.#onExclude = rules.onExclude
    this.#writer = writer
    this.#signal = signal
  }

  /** Throws `integrity` where a tree cannot be read. */
  async rewrite(tree: string, path = '/'): Promise<RewrittenTree> {
    const key = `${tree} ${path}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    await this.#turns.step()
    this.#signal.throwIfAborted()
    const rewritten = await this.#rewritten(tree, path)
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(key, rewritten)
    return rewritten
  }

  async #rewritten(tree: string, folder: string): Promise<RewrittenTree> {
    const nodes = await this.#repository.tree(tree, this.#signal)
    const kept: TreeNode[] = []
    let [files, bytes, changed] = [0, 0, false]
    for (const node of nodes) {
      const path = childPath(folder, node.name)
      if (this.#isExcluded(path)) {
        this.#onExclude(path)
        changed = true
        continue
      }
      const below = node.subtree === undefined ? null : await this.rewrite(node.subtree, path)
      changed ||= below !== null && below.tree !== node.subtree
      kept.push(below === null ? node : { ...node, subtree: below.tree })
      files += below?.files ?? (node.type === 'file' ? 1 : 0)
      bytes += below?.bytes ?? (node.type === 'file' ? (node.size ?? 0) : 0)
    }
    if (changed) refuseRepeated(kept, tree)
    return { tree: changed ? await this.#store(kept) : tree, files, bytes }
  }

  async #store(nodes: readonly TreeNode[]): Promise<string> {
    return this.#writer === null ? sha256(encodeTree(nodes)) : await this.#writer.addTree(nodes, this.#signal)
  }
}
