import type { ExtendedAttribute } from '../files/extended-attributes.ts'
import type { Moment } from '../files/file-stat.ts'
import type { Metadata } from '../files/set-metadata.ts'
import { permissionsOf } from '../tree/file-mode.ts'
import { parseTime } from '../tree/go-time.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import type { Owner } from './ownership.ts'

/** `bare`: the file is new, and has no attributes from the folder that it was made in. */
export function metadataOf(node: TreeNode, { uid, gid }: Owner, bare: boolean): Metadata {
  const modified = momentOf(node.mtime)
  const attributes = attributesOf(node)
  return {
    permissions: permissionsOf(node.mode ?? 0),
    uid,
    gid,
    accessed: node.atime === node.mtime ? modified : momentOf(node.atime),
    modified,
    attributes: bare && attributes.length === 0 ? null : attributes,
  }
}

const billion = 1_000_000_000n

export function momentOf(time: string): Moment {
  const all = parseTime(time)
  const nanoseconds = ((all % billion) + billion) % billion
  return { seconds: Number((all - nanoseconds) / billion), nanoseconds: Number(nanoseconds) }
}

/** restic gives a value of no bytes as null, or as an empty text. */
function attributesOf({ extended_attributes: attributes = [] }: TreeNode): ExtendedAttribute[] {
  return attributes.flatMap(each => {
    const { name, value } = each as { name?: unknown; value?: unknown }
    return typeof name === 'string' && name !== '' && !name.includes('\0')
      ? [{ name, value: typeof value === 'string' ? value : '' }]
      : []
  })
}
