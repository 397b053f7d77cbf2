import { isUtf8 } from 'node:buffer'

/** A byte that is not UTF-8 stands in text as the lone surrogate U+DC00 + byte, as in the repository's trees (and in Python). */
const base = 0xdc00

/** A file name as text, without loss: every name has a text of its own and comes back exactly. */
export function nameOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isUtf8(buffer)) return buffer.toString()
  let name = ''
  for (let at = 0; at < buffer.length; ) {
    const length =
      [1, 2, 3, 4].find(count => at + count <= buffer.length && isUtf8(buffer.subarray(at, at + count))) ?? 0
    name += length === 0 ? String.fromCharCode(base + buffer.readUInt8(at)) : buffer.toString('utf8', at, at + length)
    at += Math.max(length, 1)
  }
  return name
}

/** The bytes of a name that `nameOfBytes` made. */
export function bytesOfName(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name)
  const parts = Array.from(name, character => {
    const code = character.codePointAt(0) ?? 0
    return code >= base + 0x80 && code <= base + 0xff ? Buffer.of(code - base) : Buffer.from(character)
  })
  return Buffer.concat(parts)
}
