import { BlackstartError } from '../../errors.ts'
import type { PlannedFile } from './planned-file.ts'
import type { RestorePool } from './restore-pool.ts'
import type { RestoreRun } from './restore-run.ts'

/** Files, blobs and bytes that are read back together: before, all that was written is brought to the disk. */
const most = { files: 20_000, blobs: 100_000, bytes: 4 * 1024 ** 3 }
/** Blobs of one job. */
const mostCompared = 1024

/** Reads files back that were written, and holds them against the blobs that they were written from. */
export class Verifier {
  readonly #pool: RestorePool
  readonly #folder: string
  readonly #restore: RestoreRun
  #files: PlannedFile[] = []
  #blobs = 0
  #bytes = 0

  /** `folder` lies in the file system that is written to. */
  constructor(pool: RestorePool, folder: string, run: RestoreRun) {
    this.#pool = pool
    this.#folder = folder
    this.#restore = run
  }

  add(file: PlannedFile): void {
    this.#files.push(file)
    this.#blobs += file.lengths.length
    this.#bytes += file.size
  }

  /** Reads back what was added, where it is much, or `all` of it. */
  async run(all: boolean, signal: AbortSignal): Promise<void> {
    const isMuch = this.#files.length >= most.files || this.#blobs >= most.blobs || this.#bytes >= most.bytes
    if (this.#files.length === 0 || !(all || isMuch)) return
    const files = this.#files
    this.#files = []
    this.#blobs = 0
    this.#bytes = 0
    await this.#pool.run({ kind: 'sync', path: this.#folder })
    // So many at once that no thread waits, and no more: each holds its blobs' ids a second time.
    const atOnce = this.#pool.atOnce
    for (let next = 0; next < files.length; next += atOnce) {
      signal.throwIfAborted()
      await Promise.all(files.slice(next, next + atOnce).map(file => this.#verify(file)))
    }
  }

  async #verify(file: PlannedFile): Promise<void> {
    const { path, content } = file.origin
    let offset = 0
    for (let from = 0; from === 0 || from < content.length; from += mostCompared) {
      const lengths = Float64Array.from(file.lengths.slice(from, from + mostCompared))
      const ids = content.slice(from, from + mostCompared)
      try {
        const how = { fromDisk: true, access: 'give back' } as const
        const { equal, size } = await this.#pool.run({ kind: 'compare', path, offset, ids, lengths, ...how })
        if (equal.includes(0) || size !== file.size) throw differs(path)
      } catch (error) {
        this.#restore.fail(path, error)
        return
      }
      offset += lengths.reduce((sum, length) => sum + length, 0)
    }
    this.#restore.report.verified()
  }
}

function differs(path: string): BlackstartError {
  return new BlackstartError(
    'integrity',
    `${path} was restored, and what was read back is something else. Have the disk, its controller and cable, and the memory of this machine tested, and restore again.`,
    { facts: { path } },
  )
}
