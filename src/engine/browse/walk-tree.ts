import { BlackstartError } from '../../errors.ts'
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { TreesAhead } from './trees-ahead.ts'

export interface TreeEntry {
  /** From the root of the walk: `/etc/hosts`. */
  readonly path: string
  readonly node: TreeNode
  /** Id of the tree that the node is in. */
  readonly tree: string
}

/** Called for a tree that cannot be read, with the path of its folder; what lies beside it goes on. */
export type OnDamage = (path: string, error: BlackstartError) => void

export interface WalkOptions {
  /** The path of the tree that the walk begins with; by default `/`. */
  readonly from?: string
  /** Whether to go into a folder; by default into all. May be asked more than once. */
  readonly into?: (folder: TreeEntry) => boolean
  /** Without it a tree that cannot be read is thrown. */
  readonly onDamage?: OnDamage
  /** Called for each tree before its entries; what it throws ends the walk. */
  readonly inspect?: (nodes: readonly TreeNode[], tree: string) => void
}

/** Every entry below a tree, in the order of the bytes of their names, a folder before what is in it. */
export async function* walkTree(
  repository: Repository,
  tree: string,
  { from = '/', into = () => true, onDamage, inspect }: WalkOptions,
  signal: AbortSignal,
): AsyncGenerator<TreeEntry> {
  const trees = new TreesAhead(repository, signal)
  const open = async (id: string, path: string): Promise<OpenFolder> => {
    const nodes = await readOrTell(trees, id, path, onDamage)
    inspect?.(nodes, id)
    return { tree: id, path, nodes, next: 0 }
  }
  const folders = [await open(tree, from)]
  for (let folder = folders.at(-1); folder !== undefined; folder = folders.at(-1)) {
    signal.throwIfAborted()
    const entry = entryAt(folder, folder.next)
    if (entry === null) {
      folders.pop()
      continue
    }
    folder.next += 1
    yield entry
    const { subtree } = entry.node
    if (subtree === undefined) continue
    if (!into(entry)) {
      trees.skip(subtree)
      continue
    }
    trees.expect(foldersFrom(folder, into))
    folders.push(await open(subtree, entry.path))
  }
}

interface OpenFolder {
  readonly tree: string
  readonly path: string
  readonly nodes: readonly TreeNode[]
  /** Position of the entry that comes next. */
  next: number
}

/** The folder that was just given out, and those after it. */
function* foldersFrom(folder: OpenFolder, into: (folder: TreeEntry) => boolean): Generator<string> {
  for (let at = folder.next - 1; at < folder.nodes.length; at += 1) {
    const subtree = folder.nodes[at]?.subtree
    const entry = subtree === undefined ? null : entryAt(folder, at)
    if (subtree !== undefined && entry !== null && into(entry)) yield subtree
  }
}

function entryAt({ tree, path, nodes }: OpenFolder, at: number): TreeEntry | null {
  const node = nodes[at]
  return node === undefined ? null : { node, tree, path: childPath(path, node.name) }
}

/** A tree that cannot be read is empty, where somebody wants to be told; else its error is thrown. */
export async function readOrTell(
  trees: TreesAhead,
  tree: string,
  path: string,
  onDamage: OnDamage | undefined,
): Promise<readonly TreeNode[]> {
  try {
    return await trees.read(tree)
  } catch (error) {
    const damage = error instanceof BlackstartError && error.code === 'integrity'
    if (!damage || onDamage === undefined) throw error
    onDamage(path, error)
    return []
  }
}

export function childPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`
}
