import { goMode, permissionsOf } from '../engine/tree/file-mode.ts'
import { formatTime, parseTime } from '../engine/tree/go-time.ts'
import type { NodeType, TreeNode } from '../engine/tree/tree-node.ts'
import type { FullStat } from './read-item.ts'

export function fileNode(
  name: string,
  stat: FullStat,
  since: bigint,
  content: readonly string[],
  size: number,
): TreeNode {
  return { ...common(name, 'file', stat, since), size, links: 1, content }
}

export function folderNode(name: string, stat: FullStat, since: bigint, subtree: string): TreeNode {
  return { ...common(name, 'dir', stat, since), subtree, content: null }
}

export function linkNode(name: string, stat: FullStat, since: bigint, target: string): TreeNode {
  return { ...common(name, 'symlink', stat, since), linktarget: target, links: 1, content: null }
}

/** `since` (nanoseconds) stands for a time that the device did not tell. */
function common(name: string, type: NodeType, stat: FullStat, since: bigint): Omit<TreeNode, 'content'> {
  const time = formatTime(stat.mtime ?? since)
  const { uid, gid, user, group } = stat
  return { name, type, mode: goMode(type, stat.mode), mtime: time, atime: time, ctime: time, uid, gid, user, group }
}

/** What the node tells, as it was when it was read. */
export function statOf(node: TreeNode): FullStat {
  return {
    mode: permissionsOf(node.mode ?? 0),
    uid: node.uid,
    gid: node.gid,
    user: node.user ?? '',
    group: node.group ?? '',
    mtime: parseTime(node.mtime),
  }
}
