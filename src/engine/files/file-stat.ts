import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs'
import { compareBytes, decodeBytes, isPlain } from '../tree/byte-string.ts'
import type { NodeType, Uint64 } from '../tree/tree-node.ts'
import { systemPath } from './file-system.ts'
import { reach, terminated } from './long-path.ts'
import { type SystemCalls, systemCalls } from './system-calls.ts'

/** Since 1970; `nanoseconds` from 0 to 999,999,999. */
export interface Moment {
  readonly seconds: number
  readonly nanoseconds: number
}

/** What `stat(2)` says of a file. */
export interface FileStat {
  /** Null for a kind that restic does not know either. */
  readonly type: NodeType | null
  /** The lower twelve bits of `st_mode`. */
  readonly permissions: number
  readonly uid: number
  readonly gid: number
  readonly inode: Uint64
  /** Of the file system it lies in: `st_dev`. */
  readonly device: Uint64
  /** Which device it is, where it is one: `st_rdev`. */
  readonly specialDevice: Uint64
  readonly size: number
  readonly links: number
  readonly accessed: Moment
  readonly modified: Moment
  /** `ctime`: content or metadata. */
  readonly changed: Moment
}

/** A link is not followed. Throws the system's error. */
export function statFile(path: string): FileStat {
  return reach(path, at => fileStat(lstatSync(at, { bigint: true })))
}

export function statOpened(file: number): FileStat {
  return fileStat(fstatSync(file, { bigint: true }))
}

export function fileStat(stat: BigIntStats): FileStat {
  const mode = Number(stat.mode)
  return {
    type: typeOf(mode),
    permissions: mode & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    inode: narrow(stat.ino),
    device: narrow(stat.dev),
    specialDevice: narrow(stat.rdev),
    size: Number(stat.size),
    links: Number(stat.nlink),
    accessed: moment(stat.atimeNs),
    modified: moment(stat.mtimeNs),
    changed: moment(stat.ctimeNs),
  }
}

/** A folder whose entries are looked up without walking its path again. */
export interface OpenFolder extends Disposable {
  /** In the order of a tree. */
  names(): string[]
  /** Of an entry, by its name. A link is not followed. */
  stat(name: string): FileStat
}

/** Throws where `path` is a link, or no folder. */
export function openFolder(path: string): OpenFolder {
  const calls = systemCalls()
  const names = (): string[] => reach(path, namesAt)
  if (typeof calls === 'string') {
    return { names, stat: name => statFile(`${path}/${name}`), [Symbol.dispose]: () => undefined }
  }
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
  const folder = reach(path, at => openSync(at, flags))
  return { names, stat: name => statAt(calls, folder, name), [Symbol.dispose]: () => closeSync(folder) }
}

function namesAt(folder: string | Buffer): string[] {
  const names = readdirSync(folder)
  if (names.every(isPlain)) return names.sort()
  // What is no UTF-8 was replaced.
  return readdirSync(folder, { encoding: 'buffer' }).map(decodeBytes).sort(compareBytes)
}

/** Filled by every call of a thread anew. */
const space = new Uint8Array(256)
const view = new DataView(space.buffer)

/** From `struct statx` (linux/stat.h): the numbers are its offsets. */
function statAt(calls: SystemCalls, folder: number, name: string): FileStat {
  calls.statx(folder, terminated(systemPath(name)), space)
  const mode = view.getUint16(0x1c, true)
  return {
    type: typeOf(mode),
    permissions: mode & 0o7777,
    uid: view.getUint32(0x14, true),
    gid: view.getUint32(0x18, true),
    inode: uint64At(0x20),
    device: deviceAt(0x88),
    specialDevice: deviceAt(0x80),
    size: Number(uint64At(0x28)),
    links: view.getUint32(0x10, true),
    accessed: momentAt(0x40),
    modified: momentAt(0x70),
    changed: momentAt(0x60),
  }
}

function uint64At(offset: number): Uint64 {
  const high = view.getUint32(offset + 4, true)
  return high < 0x20_0000 ? high * 0x1_0000_0000 + view.getUint32(offset, true) : view.getBigUint64(offset, true)
}

function momentAt(offset: number): Moment {
  return { seconds: Number(view.getBigInt64(offset, true)), nanoseconds: view.getUint32(offset + 8, true) }
}

/** The number that `stat` gives for a device's two halves. */
function deviceAt(offset: number): Uint64 {
  const [major, minor] = [view.getUint32(offset, true), view.getUint32(offset + 4, true)]
  if (major < 0x1000) return major * 256 + (minor & 0xff) + Math.floor(minor / 256) * 0x100000
  const [high, low] = [BigInt(major), BigInt(minor)]
  return narrow(((high & 0xfffn) << 8n) | (low & 0xffn) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n))
}

function moment(nanoseconds: bigint): Moment {
  const fraction = ((nanoseconds % billion) + billion) % billion
  return { seconds: Number((nanoseconds - fraction) / billion), nanoseconds: Number(fraction) }
}

const billion = 1_000_000_000n

const types: ReadonlyMap<number, NodeType> = new Map<number, NodeType>([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'dir'],
  [constants.S_IFLNK, 'symlink'],
  [constants.S_IFBLK, 'dev'],
  [constants.S_IFCHR, 'chardev'],
  [constants.S_IFIFO, 'fifo'],
  [constants.S_IFSOCK, 'socket'],
])

function typeOf(mode: number): NodeType | null {
  return types.get(mode & constants.S_IFMT) ?? null
}

function narrow(value: bigint): Uint64 {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
