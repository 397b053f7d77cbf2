import { isUtf8 } from 'node:buffer'

/** A header of the POSIX format "pax": a block of "ustar", and before it records for what that has no room for. */
export interface TarHeader {
  /** `0` file, `1` hard link, `2` symbolic link, `3` character device, `4` block device, `5` folder, `6` fifo. */
  readonly type: string
  readonly path: Buffer
  readonly link: Buffer
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly group: string
  /** Bytes that follow. */
  readonly size: number
  /** Nanoseconds since 1970. */
  readonly mtime: bigint
  readonly major: number
  readonly minor: number
  /** Further records. */
  readonly records: ReadonlyMap<string, Buffer>
}

export const tarBlock = 512
const billion = 1_000_000_000n

/** What to write before the content. */
export function encodeTarHeader(header: TarHeader): Buffer {
  const records = new Map([...neededRecords(header), ...header.records])
  const block = ustarBlock(header)
  if (records.size === 0) return block
  const body = encodeRecords(records)
  const name = Buffer.concat([Buffer.from('PaxHeaders/'), lastName(header.path)]).subarray(0, 100)
  const pax = ustarBlock({ ...plainHeader, type: 'x', path: name, size: body.byteLength })
  return Buffer.concat([pax, body, Buffer.alloc(padding(body.byteLength)), block])
}

/** Bytes up to the next whole block. */
export function padding(bytes: number): number {
  return (tarBlock - (bytes % tarBlock)) % tarBlock
}

const plainHeader = {
  ...{ link: Buffer.alloc(0), mode: 0o644, uid: 0, gid: 0, user: '', group: '' },
  ...{ mtime: 0n, major: 0, minor: 0, records: new Map() },
}

/** Largest values of the octal fields of 8 and 12 bytes. */
const [most7, most11] = [0o7777777, 0o77777777777]
const [nameBytes, ownerBytes] = [100, 32]

function neededRecords(header: TarHeader): Map<string, Buffer> {
  const { path, link, uid, gid, user, group, size, mtime, major, minor } = header
  const records = new Map<string, Buffer>()
  const need = (name: string, value: Buffer | string | number, fits: boolean) => {
    if (!fits) records.set(name, Buffer.isBuffer(value) ? value : Buffer.from(String(value)))
  }
  need('hdrcharset', 'BINARY', isUtf8(path) && isUtf8(link))
  need('path', path, path.byteLength <= nameBytes && isAscii(path))
  need('linkpath', link, link.byteLength <= nameBytes && isAscii(link))
  need('uid', uid, uid <= most7)
  need('gid', gid, gid <= most7)
  need('uname', user, fitsOwner(user))
  need('gname', group, fitsOwner(group))
  need('size', size, size <= most11)
  need('mtime', timeText(mtime), mtime >= 0n && mtime % billion === 0n && mtime / billion <= most11)
  need('SCHILY.devmajor', major, major <= most7)
  need('SCHILY.devminor', minor, minor <= most7)
  return records
}

function fitsOwner(name: string): boolean {
  return isAscii(Buffer.from(name)) && Buffer.byteLength(name) < ownerBytes
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every(byte => byte < 0x80)
}

/** Seconds with as many digits as there are. */
function timeText(nanoseconds: bigint): string {
  const [sign, absolute] = nanoseconds < 0n ? ['-', -nanoseconds] : ['', nanoseconds]
  const fraction = (absolute % billion).toString().padStart(9, '0').replace(/0+$/, '')
  return `${sign}${absolute / billion}${fraction === '' ? '' : `.${fraction}`}`
}

/** `LENGTH key=value\n`, where the length counts its own digits. */
function encodeRecords(records: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = []
  for (const [key, value] of records) {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')])
    let length = rest.byteLength
    while (length !== rest.byteLength + String(length).length) length = rest.byteLength + String(length).length
    parts.push(Buffer.from(String(length)), rest)
  }
  return Buffer.concat(parts)
}

function ustarBlock(header: TarHeader): Buffer {
  const block = Buffer.alloc(tarBlock)
  const octal = (value: number, at: number, digits: number) => {
    const text = Math.max(value, 0).toString(8)
    block.write((text.length > digits ? '' : text).padStart(digits, '0'), at, 'latin1')
  }
  const seconds = header.mtime / billion
  block.set(header.path.subarray(0, nameBytes), 0)
  octal(header.mode, 100, 7)
  octal(header.uid, 108, 7)
  octal(header.gid, 116, 7)
  octal(header.size, 124, 11)
  octal(seconds < 0n ? 0 : Number(seconds), 136, 11)
  block.write(header.type, 156, 'latin1')
  block.set(header.link.subarray(0, nameBytes), 157)
  block.write('ustar\x0000', 257, 'latin1')
  block.set(Buffer.from(header.user).subarray(0, ownerBytes - 1), 265)
  block.set(Buffer.from(header.group).subarray(0, ownerBytes - 1), 297)
  octal(header.major, 329, 7)
  octal(header.minor, 337, 7)
  // the sum is taken with its own field full of spaces
  block.fill(' ', 148, 156)
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  )
  block[154] = 0
  return block
}

function lastName(path: Buffer): Buffer {
  const end = path.at(-1) === 0x2f ? path.byteLength - 1 : path.byteLength
  return path.subarray(path.subarray(0, end).lastIndexOf(0x2f) + 1, end)
}
