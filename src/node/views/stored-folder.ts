import type { Archive } from '../../archive/archive.ts'
import { snapshotOf } from '../../archive/version-entries.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import type { TreeNode } from '../../engine/tree/tree-node.ts'
import { BlackstartError } from '../../errors.ts'
import { compareNatural } from '../../site/natural-order.ts'
import { pageOfRows, type RowOrder } from './find-rows.ts'

export interface FolderPage {
  /** From the item's root; empty for the root. */
  readonly folder: string
  readonly cursor?: string | undefined
  readonly limit: number
}

const types = { dir: 'folder', symlink: 'link', file: 'file' } as const
type Shown = keyof typeof types

/** What one folder of a version holds: folders first, each by name as people count. Throws `not-found`. */
export async function storedFolder(
  archive: Archive,
  version: VersionRecord,
  { folder, cursor, limit }: FolderPage,
  signal: AbortSignal,
) {
  const node = await storedNode(archive, version, folder, signal)
  if (node.subtree === undefined) throw noSuch(version, folder, 'folder')
  const nodes = (await archive.repository.tree(node.subtree, signal))
    .filter(({ type }) => Object.hasOwn(types, type))
    .sort((a, b) => compareNatural(a.name, b.name))
  const { rows, next } = pageOfRows(nodes, byKind, cursor, limit)
  return { rows: rows.map(one => entryOf(one, folder)), next }
}

const byKind: RowOrder<TreeNode> = {
  list: 'folder',
  key: ({ type }) => (type === 'dir' ? 0 : 1),
  id: ({ name }) => name,
  descending: false,
}

function entryOf(node: TreeNode, folder: string) {
  return {
    name: node.name,
    path: folder === '' ? node.name : `${folder}/${node.name}`,
    type: types[node.type as Shown],
    bytes: node.size ?? 0,
    mtime: node.mtime ?? null,
    mode: node.mode === undefined ? null : node.mode & 0o7777,
    target: node.linktarget ?? null,
  }
}

/** Looked up name by name in the version's trees: a path is never more than a list of names to compare. Throws `not-found`. */
export async function storedNode(
  archive: Archive,
  version: VersionRecord,
  path: string,
  signal: AbortSignal,
): Promise<TreeNode> {
  const snapshot = await snapshotOf(archive, version, signal)
  const names = path === '' ? [] : path.split('/')
  if (names.some(name => name === '' || name === '.' || name === '..' || name.includes('\0'))) {
    throw noSuch(version, path, 'file or folder')
  }
  const node = await archive.repository.find(snapshot, ['', version.item, ...names].join('/'), signal)
  if (node === null) throw noSuch(version, path, 'file or folder')
  return node
}

export function noSuch({ item, id }: VersionRecord, path: string, what: string): BlackstartError {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path
  return new BlackstartError('not-found', `${item}@${id} has no ${what} "${shown}".`)
}
