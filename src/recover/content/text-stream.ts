import { isUtf8 } from 'node:buffer'

export interface Encoding {
  /** As TextDecoder knows it. */
  readonly label: string
  /** What the content says of itself where that cannot be: the text was decoded as `label` all the same. */
  readonly odd: string | null
}

/** The encoding of a text that begins with `head`: byte order mark, zero bytes, XML declaration; else UTF-8. */
export function encodingOf(head: Uint8Array): Encoding {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { label: 'utf-16le', odd: null }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { label: 'utf-16be', odd: null }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { label: 'utf-8', odd: null }
  if (bytes.length >= 4 && bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0) return { label: 'utf-16le', odd: null }
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0) return { label: 'utf-16be', odd: null }
  return declared(bytes.toString('latin1'))
}

function declared(head: string): Encoding {
  const name = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]
  // an 8-bit text that says UTF-16 was converted by a tool that did not know what it holds
  if (name === undefined || /^utf-?16|^ucs-?2/i.test(name)) return { label: 'utf-8', odd: name ?? null }
  try {
    return { label: new TextDecoder(name).encoding, odd: null }
  } catch {
    return { label: 'windows-1252', odd: name }
  }
}

/** Decoded text, piece by piece, without its byte order mark; bytes that cannot be become U+FFFD. */
export async function* decoded(chunks: AsyncIterable<Uint8Array>, label: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(label)
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** The whole of a stream; null where it holds more than `limit` bytes. */
export async function collected(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limit) return null
    parts.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(parts)
}

/** A whole text, decoded. Bytes that are not UTF-8 are taken as a code page of 8 bits. */
export function textOf(bytes: Buffer): string {
  const { label } = encodingOf(bytes)
  return new TextDecoder(label === 'utf-8' && !isUtf8(bytes) ? 'windows-1252' : label).decode(bytes)
}
