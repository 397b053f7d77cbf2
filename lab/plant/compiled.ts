// Stand-ins for what engineering tools make of a text: bytes that nobody can read, of which a changed line changes a few.
import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A TwinCAT-like boot application: a header, and for each program unit its name and eight bytes a line of its code. */
export function bootApplication(units: ReadonlyMap<string, string>): Buffer {
  const sections = [...units].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => section(name, codeOf(text)))
  const head = Buffer.alloc(32)
  head.write('LABAPP01', 'latin1')
  head.writeUInt32LE(sections.length, 8)
  return Buffer.concat([head, ...sections])
}

/** The file beside it, by which a controller tells whether the boot application is whole. */
export function bootChecksum(application: Buffer): Buffer {
  const checksum = Buffer.alloc(8)
  checksum.writeUInt32LE(crc32(application))
  checksum.writeUInt32LE(application.length, 4)
  return checksum
}

/** A robot program as the controller keeps it: the lines between `/MN` and `/POS` of the listing. */
export function robotProgram(name: string, listing: string): Buffer {
  const lines = /\/MN\r?\n([\s\S]*?)\/POS/.exec(listing)?.[1]?.split(/\r?\n/) ?? []
  return Buffer.concat([Buffer.from('LABTP\0\0\x01', 'latin1'), section(name, lines)])
}

/** The code without comments and white space, as a compiler sees it. */
function codeOf(text: string): string[] {
  return [...text.matchAll(/<(?:Declaration|ST)><!\[CDATA\[([\s\S]*?)\]\]>/g)]
    .flatMap(([, code = '']) => code.split(/\r?\n/))
    .map(line => line.replace(/\/\/.*$/, '').trim())
    .filter(line => line !== '')
}

function section(name: string, lines: readonly string[]): Buffer {
  const head = Buffer.alloc(36)
  head.write(name.slice(0, 31), 'latin1')
  head.writeUInt32LE(lines.length, 32)
  return Buffer.concat([head, ...lines.map(line => hash('sha256', line, 'buffer').subarray(0, 8))])
}
