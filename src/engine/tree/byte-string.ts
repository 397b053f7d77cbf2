import { isUtf8 } from 'node:buffer'

/**
 * File names and link targets are bytes. As strings, each byte that is not UTF-8 becomes the lone surrogate
 * U+DC00 + byte (as Python does), so that every name has a string of its own and comes back exactly.
 */
const escapeBase = 0xdc00

export function decodeBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isUtf8(buffer)) return buffer.toString()
  let text = ''
  for (let at = 0; at < buffer.byteLength; ) {
    const size = characterBytes(buffer, at)
    text +=
      size === 0 ? String.fromCharCode(escapeBase + (buffer[at] as number)) : buffer.toString('utf8', at, at + size)
    at += size === 0 ? 1 : size
  }
  return text
}

export function encodeBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text)
  const parts = Array.from(text, character => {
    const code = character.codePointAt(0) ?? 0
    return code >= escapeBase + 0x80 && code <= escapeBase + 0xff
      ? Buffer.of(code - escapeBase)
      : Buffer.from(character)
  })
  return Buffer.concat(parts)
}

/** Orders as the bytes do, as restic orders names. UTF-16 and UTF-8 order differently from the surrogates on. */
export function compareBytes(a: string, b: string): number {
  if (isPlain(a) && isPlain(b)) return a < b ? -1 : a > b ? 1 : 0
  return Buffer.compare(encodeBytes(a), encodeBytes(b))
}

/** True where strings order as their bytes do: no surrogates, and nothing behind them. */
export function isPlain(text: string): boolean {
  return plain.test(text)
}

const plain = /^[\0-\ud7ff]*$/

/** The length of the UTF-8 character that begins here; 0 where none does. */
function characterBytes(buffer: Buffer, at: number): number {
  for (let size = 1; size <= 4 && at + size <= buffer.byteLength; size += 1) {
    if (isUtf8(buffer.subarray(at, at + size))) return size
  }
  return 0
}
