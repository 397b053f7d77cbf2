import { encodeTree } from '../tree/tree-json.ts'
import type { TreeNode } from '../tree/tree-node.ts'

const times = ['mtime', 'atime', 'ctime'] as const

/** Whether two entries are alike in all that a tree says of them; times are compared as instants, whatever their zones. */
export function sameMetadata(one: TreeNode, other: TreeNode): boolean {
  if (!times.every(field => sameInstant(one[field], other[field]))) return false
  return encodeTree([{ ...one, ...timesOf(other) }]).equals(encodeTree([other]))
}

function timesOf({ mtime, atime, ctime }: TreeNode): Pick<TreeNode, (typeof times)[number]> {
  return { mtime, atime, ctime }
}

function sameInstant(one: string, other: string): boolean {
  return one === other || Temporal.Instant.compare(one, other) === 0
}
