import type { BinaryDifference, ByteRange, Side } from './comparison.ts'

const shownRanges = 32
const gap = 16

/** One pass over both sides, a chunk of each in memory. */
export async function compareBytes(from: Side, to: Side, signal: AbortSignal): Promise<BinaryDifference> {
  const ranges: ByteRange[] = []
  let more = 0
  let open: { offset: number; end: number } | null = null
  const close = (): void => {
    if (open === null) return
    if (ranges.length < shownRanges) ranges.push({ offset: open.offset, length: open.end - open.offset })
    else more += 1
  }
  const differs = (offset: number, end: number): void => {
    if (open !== null && offset - open.end < gap) open.end = end
    else {
      close()
      open = { offset, end }
    }
  }
  await using left = new ChunkReader(from.chunks(signal))
  await using right = new ChunkReader(to.chunks(signal))
  for (;;) {
    signal.throwIfAborted()
    const [a, b] = [await left.peek(), await right.peek()]
    const length = Math.min(a.length, b.length)
    if (length === 0) break
    markDifferences(a.subarray(0, length), b.subarray(0, length), left.offset, differs)
    left.take(length)
    right.take(length)
  }
  const common = left.offset
  await left.drain(signal)
  await right.drain(signal)
  const longest = Math.max(left.offset, right.offset)
  if (longest > common) differs(common, longest)
  close()
  return { bytesBefore: left.offset, bytesAfter: right.offset, ranges, more }
}

function markDifferences(
  a: Uint8Array,
  b: Uint8Array,
  base: number,
  differs: (offset: number, end: number) => void,
): void {
  if (Buffer.compare(a, b) === 0) return
  let at = 0
  while (at < a.length) {
    if (a[at] === b[at]) {
      at += 1
      continue
    }
    const start = at
    while (at < a.length && a[at] !== b[at]) at += 1
    differs(base + start, base + at)
  }
}

class ChunkReader implements AsyncDisposable {
  /** How many bytes were taken. */
  offset = 0
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)
  #ended = false

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The bytes that come next, at least one; none only at the end. */
  async peek(): Promise<Uint8Array> {
    while (this.#rest.length === 0 && !this.#ended) {
      const next = await this.#chunks.next()
      if (next.done === true) this.#ended = true
      else this.#rest = next.value
    }
    return this.#rest
  }

  take(bytes: number): void {
    this.offset += bytes
    this.#rest = this.#rest.subarray(bytes)
  }

  async drain(signal: AbortSignal): Promise<void> {
    for (let rest = await this.peek(); rest.length > 0; rest = await this.peek()) {
      signal.throwIfAborted()
      this.take(rest.length)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.#chunks.return?.()
  }
}
