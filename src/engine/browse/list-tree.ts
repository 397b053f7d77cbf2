import type { Repository } from '../repository.ts'
import { compareBytes } from '../tree/byte-string.ts'
import { parseTime } from '../tree/go-time.ts'
import { type TreeEntry, type WalkOptions, walkTree } from './walk-tree.ts'

export interface ListOptions extends Pick<WalkOptions, 'onDamage'> {
  /** Absolute folders, as `/etc`: they are listed with what lies in them. Everything below the tree where there are none. */
  readonly folders?: readonly string[]
  /** What lies in folders of the folders too. */
  readonly recursive?: boolean
  /** The entries on the way to `folders` too, so that each entry's parent comes before it. */
  readonly parents?: boolean
}

/** What `restic ls` lists of a tree, each entry once, in the order of the walk. */
export async function* listTree(
  repository: Repository,
  tree: string,
  { folders = [], recursive = false, parents = false, onDamage }: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<TreeEntry> {
  const wanted = folders.map(folder => `/${folder.split('/').filter(Boolean).join('/')}`)
  const isListed = ({ path }: TreeEntry) =>
    wanted.some(folder => path === folder || (recursive ? isBelow(path, folder) : parentOf(path) === folder))
  const isOnTheWay = ({ path }: TreeEntry) => wanted.some(folder => isBelow(folder, path))
  const into = (entry: TreeEntry) =>
    isOnTheWay(entry) || wanted.some(folder => entry.path === folder || (recursive && isBelow(entry.path, folder)))
  const options = { ...(wanted.length === 0 ? {} : { into }), ...(onDamage === undefined ? {} : { onDamage }) }
  for await (const entry of walkTree(repository, tree, options, signal)) {
    if (wanted.length === 0 || isListed(entry) || (parents && isOnTheWay(entry))) yield entry
  }
}

function isBelow(path: string, folder: string): boolean {
  return folder === '/' || path.startsWith(`${folder}/`)
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

export const listOrders = ['name', 'size', 'mtime', 'atime', 'ctime', 'extension'] as const
export type ListOrder = (typeof listOrders)[number]

/** Orders entries as `restic ls --sort`; those that are alike by their paths. */
export function compareEntries(order: ListOrder): (a: TreeEntry, b: TreeEntry) => number {
  const byPath = (a: TreeEntry, b: TreeEntry) => compareBytes(a.path, b.path)
  if (order === 'name') return byPath
  if (order === 'size') return (a, b) => (a.node.size ?? 0) - (b.node.size ?? 0) || byPath(a, b)
  if (order === 'extension') return (a, b) => compareBytes(extension(a), extension(b)) || byPath(a, b)
  return (a, b) => Number(parseTime(a.node[order]) - parseTime(b.node[order])) || byPath(a, b)
}

function extension({ node: { name } }: TreeEntry): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot)
}
