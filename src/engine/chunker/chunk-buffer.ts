import { readFileSync } from 'node:fs'

/** Bytes. A chunk is never shorter, but for the last of a file. */
export const minChunk = 512 * 1024
/** Bytes. A chunk is never longer. */
export const maxChunk = 8 * 1024 * 1024

/** Bytes that decide whether a chunk may end behind them. */
export const digestWindow = 64

/** Bytes of the module's memory before the file's: its tables. */
const reserved = 65_536
const pageBytes = 65_536

interface Exports {
  /** Fills the tables. */
  prepare(polynomial: bigint): void
  /** Addresses in the memory; 0 where no chunk ends. */
  findEnd(begin: number, from: number, to: number): number
}

const code = new WebAssembly.Module(readFileSync(new URL('./rabin.wasm', import.meta.url)))

/**
 * Memory that a file, or a part of it, is read into, and in which it is known where restic would cut: a Rabin fingerprint
 * of the last 64 bytes, modulo the repository's own polynomial. Nothing is kept between two calls but the bytes. One
 * buffer serves one thread and one file at a time; it takes memory only where it was written to.
 */
export class ChunkBuffer {
  /** All of the buffer. Stays the same for good, and cannot be transferred to another thread. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly #findEnd: Exports['findEnd']

  /** `polynomial` is of degree 53; `capacity` in bytes, below 2 GiB. */
  constructor(polynomial: bigint, capacity: number) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((reserved + capacity) / pageBytes) })
    const { prepare, findEnd } = new WebAssembly.Instance(code, { env: { memory } }).exports as unknown as Exports
    prepare(polynomial)
    this.#findEnd = findEnd
    this.bytes = new Uint8Array(memory.buffer, reserved, capacity)
  }

  /**
   * Where the chunk ends that begins at `begin`: the first such offset in (`from`, `to`], null when the chunk goes on
   * beyond `to`. It is known not to end in (`begin`, `from`], which is not looked at again; `from` may be `begin`. The
   * bytes from `begin` to `to` must be there. The last chunk of a file ends with the file, which this does not know.
   */
  end(begin: number, from: number, to: number): number | null {
    if (!(0 <= begin && begin <= from && from <= to && to <= this.bytes.byteLength))
      throw new RangeError(`no chunk at ${begin}, ${from}, ${to} of ${this.bytes.byteLength} bytes`)
    const found = this.#findEnd(reserved + begin, reserved + from, reserved + to)
    return found === 0 ? null : found - reserved
  }

  /**
   * The ends in (`from`, `to`] of the chunk that begins at `begin`, of the next one, which begins there, and so on. The
   * chunk that stays open begins at the last of them, at `begin` where there is none.
   */
  ends(begin: number, from: number, to: number): number[] {
    const ends: number[] = []
    let [open, known] = [begin, from]
    for (;;) {
      const end = this.end(open, known, to)
      if (end === null) return ends
      ends.push(end)
      open = known = end
    }
  }
}
