import { createHash } from 'node:crypto'
import { mayNormalise, normalisableBytes, normalise } from '../compare/normalise.ts'
import { hashOf } from './hash.ts'

/** What identifies a file's content: every byte of it, and what is left of it without its volatile bytes. */
export interface FileDigests {
  readonly raw: string
  readonly normalised: string
  readonly bytes: number
}

const headBytes = 4096

/**
 * Lets a file's chunks pass and makes its digests on the way. Holds the whole file only where the normaliser needs it
 * and the file is small enough; anything else is compared byte by byte.
 */
export class ContentDigest {
  readonly #hash = createHash('sha256')
  readonly #path: string
  readonly #format: () => string | null
  #held: Uint8Array[] | null = []
  #decided = false
  #bytes = 0

  /** `format` is asked at the file's end, when the connector has said what it found. */
  constructor(path: string, format: () => string | null) {
    this.#path = path
    this.#format = format
  }

  async *pass(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk)
      this.#bytes += chunk.length
      this.#hold(chunk)
      yield chunk
    }
  }

  /** To be called once, when every chunk has passed. */
  end(): FileDigests {
    const raw = this.#hash.digest('hex')
    const normalised = this.#held === null ? raw : this.#normalised(this.#held, raw)
    this.#held = null
    return { raw, normalised, bytes: this.#bytes }
  }

  #hold(chunk: Uint8Array): void {
    if (this.#held === null) return
    if (this.#bytes > normalisableBytes) {
      this.#held = null
      return
    }
    // a copy: the reader may use its buffer again
    this.#held.push(Uint8Array.from(chunk))
    if (this.#decided || this.#bytes < headBytes) return
    this.#decided = true
    if (!mayNormalise(this.#hint(), Buffer.concat(this.#held, headBytes))) this.#held = null
  }

  #normalised(held: readonly Uint8Array[], raw: string): string {
    const bytes = Buffer.concat(held)
    if (!mayNormalise(this.#hint(), bytes.subarray(0, headBytes))) return raw
    const left = normalise(this.#hint(), bytes)
    return left === bytes ? raw : hashOf(left)
  }

  #hint(): { path: string; format: string | null } {
    return { path: this.#path, format: this.#format() }
  }
}
