import type { IncomingMessage } from 'node:http'

/** Bytes of the body, or null where the server does not say. */
export function lengthOf(answer: IncomingMessage): number | null {
  const length = answer.headers['content-length']
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null
}

/** The file's size: what stands after the slash of `Content-Range`. */
export function fileSize(answer: IncomingMessage): number | null {
  const size = /\/(\d{1,15})$/.exec(answer.headers['content-range'] ?? '')?.[1]
  return size === undefined ? null : Number(size)
}

/** The pieces without their first `skip` bytes: servers that know no ranges send the whole file. */
export async function* beyond(skip: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = skip
  for await (const piece of pieces) {
    if (piece.byteLength > left) yield piece.subarray(left)
    left = Math.max(0, left - piece.byteLength)
  }
}

/** A length that a server tells is believed up to here: beyond, memory is taken as bytes arrive. */
const believed = 256 * 1024 * 1024

/** At most `length` bytes of a body after those that are skipped; all where it is null. */
export async function gathered(
  pieces: AsyncIterable<Uint8Array>,
  skip: number,
  length: number | null,
): Promise<Uint8Array> {
  const bytes = length === null || length > believed ? null : Buffer.allocUnsafeSlow(length)
  const parts: Buffer[] = []
  let filled = 0
  for await (const piece of beyond(skip, pieces)) {
    const wanted = length === null ? piece : piece.subarray(0, length - filled)
    filled += wanted.byteLength
    if (bytes === null) parts.push(Buffer.from(wanted))
    else bytes.set(wanted, filled - wanted.byteLength)
    // Bytes beyond the end: a server that knows no ranges sends the whole file.
    if (filled === length && wanted.byteLength === 0) break
  }
  return bytes?.subarray(0, filled) ?? Buffer.concat(parts)
}
