interface Span {
  readonly offset: number
  readonly length: number
}

/** Content of a span, valid until the next is asked for; null where the stream does not have all of it, or it begins before the end of another. */
export interface CutSpan<Each extends Span> {
  /** Null for what comes behind the last span. */
  readonly span: Each | null
  readonly content: Uint8Array | null
}

/**
 * Cuts spans, sorted by their offset, out of a stream; last, with `span: null`, what lies behind them, null where that is more
 * than `mostEnd` bytes. Memory: the span that is being put together.
 */
export async function* cutSpans<Each extends Span>(
  pieces: AsyncIterable<Uint8Array>,
  spans: readonly Each[],
  mostEnd: number,
): AsyncGenerator<CutSpan<Each>> {
  const cutter = new Cutter(spans)
  const end: Uint8Array[] = []
  let endBytes = 0
  for await (const piece of pieces) {
    yield* cutter.take(piece)
    const rest = cutter.rest(piece)
    endBytes += rest.byteLength
    if (endBytes <= mostEnd && rest.byteLength > 0) end.push(Uint8Array.from(rest))
  }
  yield* cutter.finish()
  yield { span: null, content: endBytes <= mostEnd ? Buffer.concat(end) : null }
}

const minRoom = 2 * 1024 * 1024

class Cutter<Each extends Span> {
  readonly #spans: readonly Each[]
  #next = 0
  /** Bytes of the pieces before. */
  #before = 0
  /** Kept for every span that is put together of several pieces. */
  #room = Buffer.alloc(0)
  /** Bytes of the next span that are there, from pieces before. */
  #filled = 0

  constructor(spans: readonly Each[]) {
    this.#spans = spans
  }

  *take(piece: Uint8Array): Generator<CutSpan<Each>> {
    const end = this.#before + piece.byteLength
    for (let span = this.#spans[this.#next]; span !== undefined; span = this.#spans[this.#next]) {
      if (this.#overlaps(span)) {
        yield { span, content: null }
        this.#next += 1
        continue
      }
      const from = Math.max(span.offset - this.#before, 0)
      const to = Math.min(span.offset + span.length - this.#before, piece.byteLength)
      if (span.offset >= end && span.length > 0) break
      const content = this.#add(span, piece.subarray(from, Math.max(from, to)))
      if (content === null) break
      yield { span, content }
      this.#next += 1
    }
    this.#before = end
  }

  /** What of the piece that was just taken lies behind the last span. */
  rest(piece: Uint8Array): Uint8Array {
    if (this.#next < this.#spans.length) return piece.subarray(0, 0)
    const from = endOf(this.#spans) - (this.#before - piece.byteLength)
    return piece.subarray(Math.max(from, 0))
  }

  *finish(): Generator<CutSpan<Each>> {
    for (const span of this.#spans.slice(this.#next)) yield { span, content: null }
  }

  #overlaps(span: Each): boolean {
    const before = this.#spans[this.#next - 1]
    return before !== undefined && span.offset < before.offset + before.length
  }

  /** The whole span once it is together. */
  #add(span: Each, part: Uint8Array): Uint8Array | null {
    if (this.#filled === 0 && part.byteLength === span.length) return part
    if (this.#room.byteLength < span.length) this.#room = Buffer.allocUnsafeSlow(Math.max(span.length, minRoom))
    this.#room.set(part, this.#filled)
    this.#filled += part.byteLength
    if (this.#filled < span.length) return null
    this.#filled = 0
    return this.#room.subarray(0, span.length)
  }
}

function endOf(spans: readonly Span[]): number {
  return spans.reduce((end, { offset, length }) => Math.max(end, offset + length), 0)
}
