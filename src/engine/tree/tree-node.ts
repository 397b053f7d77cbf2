/** `irregular` is what restic calls a file of Windows that is none of the others. */
export type NodeType = 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular'

/** Beyond 2^53 a bigint. */
export type Uint64 = number | bigint

/**
 * An entry of a tree, as restic's. `name` and `linktarget` are bytes, as strings of byte-string.ts. Times are RFC 3339
 * with nanoseconds. A field that restic leaves out when it is zero or empty may be left out here too.
 */
export interface TreeNode {
  readonly name: string
  readonly type: NodeType
  /** Bits of Go's `os.FileMode`: see file-mode.ts. */
  readonly mode?: number
  readonly mtime: string
  readonly atime: string
  readonly ctime: string
  readonly uid: number
  readonly gid: number
  readonly user?: string
  readonly group?: string
  readonly inode?: Uint64
  readonly device_id?: Uint64
  /** Bytes. */
  readonly size?: number
  readonly links?: number
  readonly linktarget?: string
  readonly extended_attributes?: readonly unknown[]
  readonly generic_attributes?: Readonly<Record<string, unknown>>
  readonly device?: Uint64
  /** Ids of data blobs, in order; null for what is no file. */
  readonly content: readonly string[] | null
  /** Id of a folder's tree. */
  readonly subtree?: string
  readonly error?: string
  /** Fields that this program does not know: kept when the node is written again. */
  readonly unknown?: Readonly<Record<string, unknown>>
}
