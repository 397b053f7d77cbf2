import type { TreeEntry } from '../../../engine/browse/walk-tree.ts'
import { encodeSnapshot, type Snapshot } from '../../../engine/snapshot/snapshot.ts'
import { permissionsOf } from '../../../engine/tree/file-mode.ts'
import { goString, goValue } from '../../../engine/tree/go-json.ts'
import { parseTime } from '../../../engine/tree/go-time.ts'
import type { TreeNode } from '../../../engine/tree/tree-node.ts'

/**
 * What `restic ls --ncdu` writes, to the byte: ncdu's JSON export (https://dev.yorhel.nl/ncdu/jsonfmt), version 1.2, with the snapshot
 * for its metadata. A folder is a list whose first element is the folder itself. `entries` come as from a walk, parents first.
 */
export async function* ncduText(snapshot: Snapshot, entries: AsyncIterable<TreeEntry>): AsyncGenerator<string> {
  yield `[1, 2, ${encodeSnapshot(snapshot)}, [{"name":"/"}`
  let open = 0
  for await (const { path, node } of entries) {
    const depth = path.split('/').length - 1
    yield closed(open, depth)
    const isFolder = node.type === 'dir'
    yield `,\n${indent(depth)}${isFolder ? `[\n${indent(depth + 1)}` : ''}${nodeJson(node)}`
    open = isFolder ? depth : depth - 1
  }
  yield `${closed(open, 1)}\n]\n]\n`
}

/** The ends of folders, from the innermost, at depth `open`, to the one at `last`. */
function closed(open: number, last: number): string {
  const count = Math.max(0, open - last + 1)
  return Array.from({ length: count }, (_, i) => `\n${indent(open - i)}]`).join('')
}

function indent(depth: number): string {
  return '  '.repeat(depth)
}

const block = 512

function nodeJson({ name, type, mode = 0, mtime, uid, gid, inode, device_id, links, size = 0 }: TreeNode): string {
  const fields = {
    ...{ name: goString(name), asize: size, dsize: Math.ceil(size / block) * block },
    ...{ dev: device_id ?? 0, ino: inode ?? 0, nlink: links ?? 0, notreg: type !== 'dir' && type !== 'file' },
    ...{ uid, gid, mode: permissionsOf(mode), mtime: secondsOf(mtime) },
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : goValue(value))
  return `{${Object.entries(fields)
    .map(([field, value]) => `"${field}":${text(value)}`)
    .join(',')}}`
}

/** Whole seconds since 1970: ncdu knows no time before. */
function secondsOf(time: string): bigint {
  const seconds = parseTime(time) / 1_000_000_000n
  return seconds < 0n ? 0n : seconds
}
