import type { BlobIndex } from '../index/blob-index.ts'
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { TreesAhead } from './trees-ahead.ts'

interface FolderSize {
  readonly files: number
  readonly bytes: number
}

/**
 * Adds up what restoring snapshots writes: files with several names count once in each snapshot. Folders without such files are
 * read once, in whatever snapshots they are: about 100 bytes of memory each.
 */
export class RestoreSizes {
  readonly #index: BlobIndex
  readonly #trees: TreesAhead
  readonly #signal: AbortSignal
  /** Of folders without files of several names, by the number of their tree in the index. */
  readonly #known = new Map<number, FolderSize>()
  #files = 0
  #bytes = 0

  constructor(repository: Repository, index: BlobIndex, signal: AbortSignal) {
    this.#index = index
    this.#trees = new TreesAhead(repository, signal)
    this.#signal = signal
  }

  async add(tree: string): Promise<void> {
    const { files, bytes } = await this.#folder(tree, new Set())
    this.#files += files
    this.#bytes += bytes
  }

  result(): FolderSize {
    return { files: this.#files, bytes: this.#bytes }
  }

  /** `counted` are the files with several names that this snapshot had already. */
  async #folder(tree: string, counted: Set<string>): Promise<FolderSize & { readonly once: boolean }> {
    const number = this.#index.numberOf('tree', tree)
    const known = this.#known.get(number)
    if (known !== undefined) {
      this.#trees.skip(tree)
      return { ...known, once: true }
    }
    this.#signal.throwIfAborted()
    const nodes = await this.#trees.read(tree)
    let [files, bytes, once] = [nodes.length, 0, true]
    for (const [i, node] of nodes.entries()) {
      if (node.subtree === undefined) {
        if (hasSeveralNames(node)) once = false
        bytes += newBytes(node, counted)
        continue
      }
      this.#trees.expect(this.#unread(nodes, i))
      const below = await this.#folder(node.subtree, counted)
      files += below.files
      bytes += below.bytes
      once &&= below.once
    }
    if (once && number !== -1) this.#known.set(number, { files, bytes })
    return { files, bytes, once }
  }

  *#unread(nodes: readonly TreeNode[], from: number): Generator<string> {
    for (let i = from; i < nodes.length; i += 1) {
      const subtree = nodes[i]?.subtree
      if (subtree !== undefined && !this.#known.has(this.#index.numberOf('tree', subtree))) yield subtree
    }
  }
}

function hasSeveralNames({ links = 0, size = 0 }: TreeNode): boolean {
  return links !== 1 && size > 0
}

/** Bytes that this name adds: none where the file was counted under another one. */
function newBytes(node: TreeNode, counted: Set<string>): number {
  if (!hasSeveralNames(node) || !node.inode) return node.size ?? 0
  const file = `${node.inode} ${node.device_id ?? 0}`
  if (counted.has(file)) return 0
  counted.add(file)
  return node.size ?? 0
}
