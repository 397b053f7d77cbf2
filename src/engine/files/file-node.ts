import type { BigIntStats } from 'node:fs'
import { goMode } from '../tree/file-mode.ts'
import { formatTime } from '../tree/go-time.ts'
import type { NodeType, TreeNode, Uint64 } from '../tree/tree-node.ts'
import type { UserNames } from './user-names.ts'

/** What a file's `stat` says, as restic writes it: without content, subtree and link target. Null for an unknown kind of file. */
export function fileNode(name: string, stat: BigIntStats, names: UserNames): TreeNode | null {
  const type = typeOf(stat)
  if (type === null) return null
  const [uid, gid] = [Number(stat.uid), Number(stat.gid)]
  const mtime = formatTime(stat.mtimeNs)
  const user = names.users.get(uid)
  const group = names.groups.get(gid)
  return {
    ...{ name, type, mode: goMode(type, Number(stat.mode & 0o7777n)) },
    // Like restic, which keeps no access times: each would make a new tree.
    ...{ mtime, atime: mtime, ctime: formatTime(stat.ctimeNs) },
    ...{ uid, gid, ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) },
    ...{ inode: narrow(stat.ino), device_id: narrow(stat.dev) },
    ...(type === 'file' ? { size: Number(stat.size) } : {}),
    ...(type === 'dir' || type === 'fifo' || type === 'socket' ? {} : { links: Number(stat.nlink) }),
    ...(type === 'dev' || type === 'chardev' ? { device: narrow(stat.rdev) } : {}),
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

function typeOf(stat: BigIntStats): NodeType | null {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'dir'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isBlockDevice()) return 'dev'
  if (stat.isCharacterDevice()) return 'chardev'
  if (stat.isFIFO()) return 'fifo'
  return stat.isSocket() ? 'socket' : null
}

function narrow(value: bigint): Uint64 {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
