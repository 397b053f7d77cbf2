const lineFeed = 10
const space = 32
/** Digits of the length, and the space and `<` behind them. */
const longestHead = 8

/**
 * Cuts a TCP stream into messages (RFC 6587): octet counting (`123 <13>…`), and lines, which may also end with NUL; a sender may
 * mix them. It never holds more than one message of `longest` bytes: what a longer one has too much is left out.
 */
export class SyslogFrames {
  readonly #longest: number
  #held = Buffer.alloc(0)
  /** Bytes of a counted message that are still to be left out. */
  #skip = 0
  /** Whether the rest of an overlong line is being left out. */
  #skipLine = false

  constructor(longest: number) {
    this.#longest = longest
  }

  /** The messages that are whole with these bytes. */
  push(chunk: Uint8Array): Buffer[] {
    const frames: Buffer[] = []
    // piece by piece, so that what is held stays small whatever comes at once
    for (let at = 0; at < chunk.length; at += this.#longest) {
      this.#held = Buffer.concat([this.#held, chunk.subarray(at, at + this.#longest)])
      for (let frame = this.#next(); frame !== null; frame = this.#next()) if (frame.length > 0) frames.push(frame)
    }
    return frames
  }

  /** What came last without its end; null where there is nothing. */
  end(): Buffer | null {
    const rest = this.#held
    this.#held = Buffer.alloc(0)
    return rest.length === 0 || this.#skipLine || this.#skip > 0 ? null : rest
  }

  #next(): Buffer | null {
    if (this.#skip > 0) {
      const left = Math.min(this.#skip, this.#held.length)
      this.#held = this.#held.subarray(left)
      this.#skip -= left
      if (this.#skip > 0) return null
    }
    if (this.#held.length === 0) return null
    const counted = this.#skipLine ? null : this.#count()
    if (counted === 'unknown') return null
    return counted === null ? this.#line() : this.#counted(counted)
  }

  /** The length and where the message begins; null for a line, `unknown` where more bytes must tell. */
  #count(): { readonly length: number; readonly from: number } | null | 'unknown' {
    const head = this.#held.subarray(0, longestHead).toString('latin1')
    const match = /^([1-9]\d{0,5}) </.exec(head)
    if (match !== null) return { length: Number(match[1]), from: match[0].length - 1 }
    return head.length < longestHead && /^[1-9]\d{0,5} ?$/.test(head) ? 'unknown' : null
  }

  #counted({ length, from }: { readonly length: number; readonly from: number }): Buffer | null {
    const kept = Math.min(length, this.#longest)
    if (this.#held.length < from + kept) return null
    const frame = this.#held.subarray(from, from + kept)
    this.#held = this.#held.subarray(from + kept)
    this.#skip = length - kept
    return frame
  }

  #line(): Buffer | null {
    const end = this.#held.findIndex(byte => byte === lineFeed || byte === 0)
    if (end < 0 && this.#held.length < this.#longest) return null
    const frame = this.#held.subarray(0, Math.min(end < 0 ? this.#longest : end, this.#longest))
    this.#held = end < 0 ? Buffer.alloc(0) : this.#held.subarray(end + 1)
    const over = this.#skipLine
    this.#skipLine = end < 0
    return over ? Buffer.alloc(0) : trimmed(frame)
  }
}

function trimmed(line: Buffer): Buffer {
  let end = line.length
  while (end > 0 && (line[end - 1] === 13 || line[end - 1] === space)) end -= 1
  return line.subarray(0, end)
}
