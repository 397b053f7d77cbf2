/** A file's bytes as text on which rules work, and the way back. Nothing is lost: `close(text)` gives the same bytes. */
export interface OpenText {
  /** One character a byte (UTF-8 and 8-bit code pages) or a code unit (UTF-16), without the byte order mark. */
  readonly text: string
  readonly encoding: 'bytes' | 'utf16le' | 'utf16be'
  /** The bytes of a text that was made from `text`, with byte order mark and odd last byte as they were. */
  close(text: string): Uint8Array
}

/** How many of the first bytes tell text from binary, and one format from another. */
export const headBytes = 4096

/** Null for binary content: a NUL among the first bytes that no UTF-16 explains. */
export function openText(bytes: Uint8Array): OpenText | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = utf16Of(buffer)
  if (wide !== null) return openUtf16(buffer, wide)
  if (buffer.subarray(0, headBytes).includes(0)) return null
  const mark = buffer.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
  return {
    text: buffer.subarray(mark).toString('latin1'),
    encoding: 'bytes',
    close: text => Buffer.concat([buffer.subarray(0, mark), Buffer.from(text, 'latin1')]),
  }
}

/** The text for people, and the name of its encoding. Null for binary content. */
export function readableText(bytes: Uint8Array): { readonly text: string; readonly encoding: string } | null {
  const open = openText(bytes)
  if (open === null) return null
  if (open.encoding !== 'bytes')
    return { text: open.text, encoding: open.encoding === 'utf16le' ? 'UTF-16 LE' : 'UTF-16 BE' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const marked = open.text.length < bytes.length
    return { text, encoding: marked ? 'UTF-8 with byte order mark' : 'UTF-8' }
  } catch {
    const encoding = isCyrillic(open.text) ? 'windows-1251' : 'windows-1252'
    return { text: new TextDecoder(encoding).decode(bytes), encoding }
  }
}

/** Words of Cyrillic letters fill the upper half of the code page; accents of western languages stand alone in it. */
function isCyrillic(text: string): boolean {
  const high = text.match(/[\x80-\xff]/g)?.length ?? 0
  const words = text.match(/[\xc0-\xff\xa8\xb8\xaa\xba\xaf\xbf\xb2\xb3\xa5\xb4]{3,}/g)?.join('').length ?? 0
  return words > high * 0.6
}

interface Utf16 {
  readonly order: 'utf16le' | 'utf16be'
  /** 2 with a byte order mark, else 0. */
  readonly mark: 0 | 2
}

function utf16Of(buffer: Buffer): Utf16 | null {
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return { order: 'utf16le', mark: 2 }
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return { order: 'utf16be', mark: 2 }
  const sample = buffer.subarray(0, 64)
  if (sample.length < 8) return null
  const pairs = Math.floor(sample.length / 2)
  let even = 0
  let odd = 0
  for (let at = 0; at < pairs * 2; at += 2) {
    if (sample[at] === 0) even += 1
    if (sample[at + 1] === 0) odd += 1
  }
  // Text of an ASCII language without a mark: every other byte is zero, and no unit is.
  if (even === 0 && odd === pairs) return { order: 'utf16le', mark: 0 }
  if (odd === 0 && even === pairs) return { order: 'utf16be', mark: 0 }
  return null
}

function openUtf16(buffer: Buffer, { order, mark }: Utf16): OpenText {
  const whole = buffer.length - ((buffer.length - mark) % 2)
  const turned = (part: Buffer): Buffer => (order === 'utf16be' ? Buffer.from(part).swap16() : part)
  return {
    text: turned(buffer.subarray(mark, whole)).toString('utf16le'),
    encoding: order,
    close: text =>
      Buffer.concat([buffer.subarray(0, mark), turned(Buffer.from(text, 'utf16le')), buffer.subarray(whole)]),
  }
}
