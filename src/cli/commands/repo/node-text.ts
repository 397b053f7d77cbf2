import { permissionsOf } from '../../../engine/tree/file-mode.ts'
import type { NodeType, TreeNode } from '../../../engine/tree/tree-node.ts'
import { bytesText, timeText } from '../../words.ts'
import { jsonText, plainText } from './plain-text.ts'

export interface NodeTextOptions {
  readonly long?: boolean
  /** `2.9 MB` in place of bytes. */
  readonly humanReadable?: boolean
}

/** A line for an entry: its path, with `long` behind what `ls -l` says. */
export function nodeText(path: string, node: TreeNode, { long, humanReadable }: NodeTextOptions): string {
  if (!long) return plainText(path)
  const { uid, gid, size = 0, mtime, linktarget } = node
  const bytes = humanReadable ? bytesText(size) : String(size)
  return [
    listedMode(node),
    ...[String(uid).padStart(5), String(gid).padStart(5), bytes.padStart(humanReadable ? 8 : 10)],
    timeText(mtime, Temporal.Now.timeZoneId()),
    `${plainText(path)}${linktarget ? ` -> ${plainText(linktarget)}` : ''}`,
  ].join('  ')
}

const letters: Readonly<Record<NodeType, string>> = {
  ...{ file: '-', dir: 'd', symlink: 'l', dev: 'b', chardev: 'c', fifo: 'p', socket: 's', irregular: '?' },
}

/** As `ls` writes it. */
function listedMode({ type, mode = 0 }: TreeNode): string {
  const permissions = permissionsOf(mode)
  const triple = (shift: number, special: number, letter: string) => {
    const bits = permissions >> shift
    const execute = permissions & special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-'
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${execute}`
  }
  return `${letters[type]}${triple(6, 0o4000, 's')}${triple(3, 0o2000, 's')}${triple(0, 0o1000, 't')}`
}

const goLetters: readonly (readonly [number, string])[] = [
  ...([
    [31, 'd'],
    [30, 'a'],
    [29, 'l'],
    [28, 'T'],
    [27, 'L'],
    [26, 'D'],
    [25, 'p'],
    [24, 'S'],
  ] as const),
  ...([
    [23, 'u'],
    [22, 'g'],
    [21, 'c'],
    [20, 't'],
    [19, '?'],
  ] as const),
]

/** Go's `FileMode.String()`: the `permissions` of restic's --json. */
export function goModeText(mode: number): string {
  const kind = goLetters.filter(([bit]) => (mode >>> bit) & 1).map(([, letter]) => letter)
  const bits = Array.from('rwxrwxrwx', (letter, i) => ((mode >>> (8 - i)) & 1 ? letter : '-'))
  return `${kind.join('') || '-'}${bits.join('')}`
}

/** An entry of restic's `ls --json`. */
export function listedJson(path: string, node: TreeNode): Readonly<Record<string, unknown>> {
  const { name, type, uid, gid, size, mode = 0, mtime, atime, ctime, inode } = node
  return {
    ...{ name: jsonText(name), type, path: jsonText(path), uid, gid },
    ...(type === 'file' ? { size: size ?? 0 } : {}),
    ...{ mode, permissions: goModeText(mode), mtime, atime, ctime },
    ...(inode ? { inode: jsonNumber(inode) } : {}),
    ...{ message_type: 'node', struct_type: 'node' },
  }
}

const unlisted = [
  'name',
  'content',
  'subtree',
  'extended_attributes',
  'generic_attributes',
  'unknown',
  'device',
] as const

/** An entry of restic's `find --json`. */
export function foundJson(path: string, node: TreeNode): Readonly<Record<string, unknown>> {
  const fields = Object.entries(node).filter(([field]) => !unlisted.includes(field as (typeof unlisted)[number]))
  const plain = fields.map(([field, value]) => [
    field,
    typeof value === 'bigint' ? jsonNumber(value) : typeof value === 'string' ? jsonText(value) : value,
  ])
  return { path: jsonText(path), permissions: goModeText(node.mode ?? 0), ...Object.fromEntries(plain) }
}

/** JSON.stringify knows no bigint, and other programs read such a number no more exactly. */
function jsonNumber(value: number | bigint): number {
  return Number(value)
}
