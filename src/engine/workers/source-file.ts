import { closeSync, constants, openSync, readSync } from 'node:fs'
import { type ChunkBuffer, digestWindow, minChunk } from '../chunker/chunk-buffer.ts'
import { type FileStat, statOpened } from '../files/file-stat.ts'
import { reach } from '../files/long-path.ts'

/** Bytes that are read at once. */
const readBytes = 1024 * 1024

/** Bytes of a hole in which the chunk that is open where it begins ends for certain, and another one lies whole. */
export const leastHole = 2 * minChunk + digestWindow

export interface Cut {
  /** Views of the buffer: those whose end is known, one at least unless the file has ended. */
  readonly chunks: readonly Uint8Array[]
  /** Of the chunks. */
  readonly bytes: number
  /** Whether they reach to the end of the file. */
  readonly isEnd: boolean
}

/** Offsets of the part of a file that is read. */
export interface BetweenHoles {
  /** What lies before it is a hole, which ends less than a chunk behind where it is read from. */
  readonly data: number
  /** Where a hole of `leastHole` bytes or more begins: the chunk that ends in it is the last. */
  readonly hole: number
}

const noHoles: BetweenHoles = { data: 0, hole: Number.POSITIVE_INFINITY }

/** A file of this machine that is open for reading. Its errors are the system's. */
export class SourceFile implements Disposable {
  readonly descriptor: number
  readonly #path: string

  /** Opens what is a file, and nothing that a link points to. A FIFO in its place does not block. */
  static open(path: string): SourceFile {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    return new SourceFile(
      path,
      reach(path, at => openSync(at, flags)),
    )
  }

  private constructor(path: string, descriptor: number) {
    this.#path = path
    this.descriptor = descriptor
  }

  /** Throws ENOENT when something else has taken the file's place. */
  stat(): FileStat {
    const stat = statOpened(this.descriptor)
    if (stat.type === 'file') return stat
    throw Object.assign(new Error(`${this.#path} is no file any more`), { code: 'ENOENT' })
  }

  /** Reads from `offset`, where a chunk begins, until the buffer is full or the file ends. `size` is what the file is said to have. */
  cut(buffer: ChunkBuffer, offset: number, size: number, { data, hole }: BetweenHoles = noHoles): Cut {
    const { bytes } = buffer
    const ends: number[] = []
    let filled = Math.max(0, data - offset)
    bytes.fill(0, 0, filled)
    let isEnd = false
    while (filled < bytes.byteLength && offset + filled < hole && !isEnd) {
      // up to where a whole block ends: what is looked at in short pieces takes longer
      const most = Math.min(readBytes - (filled % readBytes), bytes.byteLength - filled, hole - offset - filled)
      const read = readSync(this.descriptor, bytes, filled, most, offset + filled)
      // A read that gives less than it was asked for, just up to that size, has met the end.
      isEnd = read === 0 || (read < most && offset + filled + read === size)
      // At once, while the bytes are in the processor's cache.
      ends.push(...buffer.ends(ends.at(-1) ?? 0, filled, filled + read))
      filled += read
    }
    const open = ends.at(-1) ?? 0
    if (isEnd && open < filled) ends.push(filled)
    if (!isEnd && open < filled && offset + filled === hole) {
      const zeros = Math.min(minChunk + digestWindow, bytes.byteLength - filled)
      bytes.fill(0, filled, filled + zeros)
      ends.push(...buffer.ends(open, filled, filled + zeros))
    }
    return { chunks: ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)), bytes: ends.at(-1) ?? 0, isEnd }
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor)
  }
}
