import { isUtf8 } from 'node:buffer'
import { permissionsOf } from '../../tree/file-mode.ts'
import { parseTime } from '../../tree/go-time.ts'
import type { TreeNode } from '../../tree/tree-node.ts'

/** The numbers of sections are those of PKWARE's APPNOTE. */
export interface ZipEntry {
  /** A folder's ends in `/`. */
  readonly name: Buffer
  readonly node: TreeNode
  /** Of its local header, from the beginning of the archive. */
  readonly offset: number
  readonly crc: number
  /** Plain, and as they lie in the archive. */
  readonly bytes: number
  readonly packed: number
  readonly deflated: boolean
  /** Its sum and sizes follow its content. */
  readonly streamed: boolean
  /** Its sizes, where they follow, take 64 bits. */
  readonly large: boolean
}

const most32 = 0xffffffff
const most16 = 0xffff
const [plainVersion, largeVersion, unixMaker] = [20, 45, 3 << 8]
const [streamedFlag, utf8Flag] = [0x8, 0x800]

/** 4.3.7 */
export function localHeader(entry: ZipEntry): Buffer {
  const { name, crc, bytes, packed, streamed, large } = entry
  const extra = Buffer.concat([large ? large64([0, 0]) : Buffer.alloc(0), unixExtra(entry.node)])
  return Buffer.concat([
    little([4, 0x04034b50], [2, large ? largeVersion : plainVersion], ...common(entry)),
    little(
      [4, streamed ? 0 : crc],
      [4, large ? most32 : streamed ? 0 : packed],
      [4, large ? most32 : streamed ? 0 : bytes],
    ),
    little([2, name.byteLength], [2, extra.byteLength]),
    ...[name, extra],
  ])
}

/** 4.3.9 */
export function descriptor({ crc, packed, bytes, large }: ZipEntry): Buffer {
  const size = large ? 8 : 4
  return little([4, 0x08074b50], [4, crc], [size, packed], [size, bytes])
}

/** 4.3.12 */
export function centralRecord(entry: ZipEntry): Buffer {
  const { name, node, crc, bytes, packed, offset } = entry
  const long = [bytes, packed, offset].filter(value => value >= most32)
  const extra = Buffer.concat([long.length === 0 ? Buffer.alloc(0) : large64(long), unixExtra(node)])
  const version = long.length > 0 || entry.large ? largeVersion : plainVersion
  const cut = (value: number) => Math.min(value, most32)
  return Buffer.concat([
    little([4, 0x02014b50], [2, unixMaker | largeVersion], [2, version], ...common(entry)),
    little([4, crc], [4, cut(packed)], [4, cut(bytes)], [2, name.byteLength], [2, extra.byteLength]),
    little([2, 0], [2, 0], [2, 0], [4, unixAttributes(node)], [4, cut(offset)]),
    ...[name, extra],
  ])
}

/** The central directory and its end: 4.3.14 to 4.3.16. */
export function* endRecords(central: readonly Buffer[], start: number): Generator<Buffer> {
  let size = 0
  for (const record of central) {
    size += record.byteLength
    yield record
  }
  const count = central.length
  if (count >= most16 || size >= most32 || start >= most32) {
    yield little([4, 0x06064b50], [8, 44], [2, unixMaker | largeVersion], [2, largeVersion], [4, 0], [4, 0])
    yield little([8, count], [8, count], [8, size], [8, start])
    yield little([4, 0x07064b50], [4, 0], [8, start + size], [4, 1])
  }
  const short = Math.min(count, most16)
  yield little([4, 0x06054b50], [2, 0], [2, 0], [2, short], [2, short])
  yield little([4, Math.min(size, most32)], [4, Math.min(start, most32)], [2, 0])
}

/** Flags, method and time: the same in both headers. */
function common({ name, node, deflated, streamed }: ZipEntry): [number, number][] {
  const flags = (streamed ? streamedFlag : 0) | (isUtf8(name) ? utf8Flag : 0)
  const { date, time } = dosTime(node.mtime)
  return [
    [2, flags],
    [2, deflated ? 8 : 0],
    [2, time],
    [2, date],
  ]
}

/** By this machine's clock, as zip programs read it, within the years that can be written. */
function dosTime(mtime: string): { date: number; time: number } {
  const date = new Date(Number(parseTime(mtime) / 1_000_000n))
  const year = date.getFullYear()
  if (year < 1980) return { date: 0x21, time: 0 }
  if (year > 2107) return { date: 0xff9f, time: 0xbf7d }
  return {
    date: ((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
    time: (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
  }
}

/** Info-ZIP's fields: modification time in seconds, where it fits, and owner. */
function unixExtra({ mtime, uid, gid }: TreeNode): Buffer {
  const seconds = parseTime(mtime) / 1_000_000_000n
  const fits = seconds >= -0x80000000n && seconds <= 0x7fffffffn
  const time = fits ? little([2, 0x5455], [2, 5], [1, 1], [4, Number(BigInt.asUintN(32, seconds))]) : Buffer.alloc(0)
  return Buffer.concat([time, little([2, 0x7875], [2, 11], [1, 1], [1, 4], [4, uid], [1, 4], [4, gid])])
}

/** 4.5.3 */
function large64(values: readonly number[]): Buffer {
  return little([2, 1], [2, values.length * 8], ...values.map(value => [8, value] as [number, number]))
}

const fileTypes: Readonly<Partial<Record<TreeNode['type'], number>>> = {
  file: 0o100000,
  dir: 0o040000,
  symlink: 0o120000,
}

function unixAttributes({ type, mode = 0 }: TreeNode): number {
  const unix = (fileTypes[type] ?? 0) | permissionsOf(mode)
  return unix * 0x10000 + (type === 'dir' ? 0x10 : 0)
}

/** Numbers one after the other, each of so many bytes, the lowest first. */
function little(...fields: readonly (readonly [bytes: number, value: number])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0))
  let at = 0
  for (const [bytes, value] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at)
    else buffer.writeUIntLE(value, at, bytes)
    at += bytes
  }
  return buffer
}
