import type { BigIntStats } from 'node:fs'
import { goMode } from '../tree/file-mode.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import type { ExtendedAttribute } from './extended-attributes.ts'
import { type FileStat, fileStat } from './file-stat.ts'
import { hasLinks, momentText } from './node-text.ts'
import type { UserNames } from './user-names.ts'

/** What a file's `stat` says, as restic writes it: without content, subtree and link target. Null for an unknown kind of file. */
export function fileNode(
  name: string,
  found: BigIntStats | FileStat,
  names: UserNames,
  attributes: readonly ExtendedAttribute[] = [],
): TreeNode | null {
  const stat = 'modified' in found ? found : fileStat(found)
  const { type, uid, gid } = stat
  if (type === null) return null
  const mtime = momentText(stat.modified)
  const user = names.users.get(uid)
  const group = names.groups.get(gid)
  return {
    ...{ name, type, mode: goMode(type, stat.permissions) },
    // Like restic, which keeps no access times: each would make a new tree.
    ...{ mtime, atime: mtime, ctime: momentText(stat.changed) },
    ...{ uid, gid, ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) },
    ...{ inode: stat.inode, device_id: stat.device },
    ...(type === 'file' ? { size: stat.size } : {}),
    ...(hasLinks(type) ? { links: stat.links } : {}),
    ...(attributes.length === 0 ? {} : { extended_attributes: attributes }),
    ...(type === 'dev' || type === 'chardev' ? { device: stat.specialDevice } : {}),
    content: null,
  }
}

/** True when the file, by its `stat`, is still what `node` was made of: size, times and inode, as restic compares. */
export function isUnchanged(node: TreeNode, before: TreeNode): boolean {
  return (
    before.type === 'file' &&
    before.content !== null &&
    (before.size ?? 0) === (node.size ?? 0) &&
    (before.inode ?? 0) === (node.inode ?? 0) &&
    sameInstant(before.mtime, node.mtime) &&
    sameInstant(before.ctime, node.ctime)
  )
}

function sameInstant(a: string, b: string): boolean {
  return a === b || Temporal.Instant.compare(a, b) === 0
}
