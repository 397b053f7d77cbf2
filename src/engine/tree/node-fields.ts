import type { TreeNode } from './tree-node.ts'

export type Field = Exclude<keyof TreeNode, 'unknown'> | 'linktarget_raw'

/** In the order of restic's struct, which its tree ids depend on. */
export const fields: readonly Field[] = [
  ...([
    'name',
    'type',
    'mode',
    'mtime',
    'atime',
    'ctime',
    'uid',
    'gid',
    'user',
    'group',
    'inode',
    'device_id',
  ] as const),
  ...(['size', 'links', 'linktarget', 'linktarget_raw', 'extended_attributes', 'generic_attributes'] as const),
  ...(['device', 'content', 'subtree', 'error'] as const),
]
/** Written even where they are zero or null. */
export const always: ReadonlySet<Field> = new Set(['name', 'type', 'mtime', 'atime', 'ctime', 'uid', 'gid', 'content'])

/** What Go leaves out of JSON. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === 0n) return true
  return Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0
}
