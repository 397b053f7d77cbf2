import { broken, noted, type Opening, sound } from './opening.ts'
import { encodingOf } from './text-stream.ts'

/**
 * Reads a text to its end. Damage is only what no text can be: one that ends in the middle of a character. A code page
 * of 8 bits allows every byte.
 */
export async function openPlainText(head: Uint8Array, chunks: AsyncIterable<Uint8Array>): Promise<Opening> {
  const wide = encodingOf(head).label.startsWith('utf-16')
  const utf8 = new Utf8End()
  let bytes = 0
  let zeros = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (wide) continue
    utf8.take(chunk)
    const last = lastNonZero(chunk)
    zeros = last < 0 ? zeros + chunk.length : chunk.length - 1 - last
  }
  if (wide) return bytes % 2 === 0 ? sound : broken('UTF-16 text that ends in the middle of a character')
  if (zeros > 0) return noted(`ends in ${zeros} zero bytes`)
  return utf8.cut() ? broken('UTF-8 text that ends in the middle of a character') : sound
}

function lastNonZero(chunk: Uint8Array): number {
  let at = chunk.length - 1
  while (at >= 0 && chunk[at] === 0) at -= 1
  return at
}

/** Tells a UTF-8 text that was cut off from an 8-bit text that ends with an accent. */
class Utf8End {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #valid = true
  #wide = false

  take(chunk: Uint8Array): void {
    if (!this.#valid) return
    try {
      const text = this.#decoder.decode(chunk, { stream: true })
      this.#wide ||= /[^\0-\x7f]/.test(text)
    } catch {
      this.#valid = false // an 8-bit code page
    }
  }

  /** True when all is UTF-8, with characters of several bytes in it, and the last one lacks some. */
  cut(): boolean {
    if (!this.#valid) return false
    try {
      this.#decoder.decode()
      return false
    } catch {
      return this.#wide
    }
  }
}
