import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { ChunkBuffer } from '../chunker/chunk-buffer.ts'
import { type FileStat, statOpened } from '../files/file-stat.ts'
import { reach } from '../files/long-path.ts'

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

  /** Reads from `offset` until the buffer is full or the file ends; returns the bytes read. `size` is what the file is said to have. */
  fill(bytes: Uint8Array, offset: number, size: number): number {
    let filled = 0
    while (filled < bytes.byteLength) {
      const read = readSync(this.descriptor, bytes, filled, bytes.byteLength - filled, offset + filled)
      filled += read
      // A read that gives less than it was asked for, just up to that size, has met the end.
      if (read === 0 || (filled < bytes.byteLength && offset + filled === size)) break
    }
    return filled
  }

  /** The chunks of the first `filled` bytes, which reach to the end of the file. */
  chunks(buffer: ChunkBuffer, filled: number): Uint8Array[] {
    const ends = buffer.ends(0, 0, filled)
    if ((ends.at(-1) ?? 0) < filled) ends.push(filled)
    return ends.map((end, i) => buffer.bytes.subarray(ends[i - 1] ?? 0, end))
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor)
  }
}
