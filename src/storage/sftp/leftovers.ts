import { posix } from 'node:path'
import type { FileEntryWithStats } from 'ssh2'
import { entriesOf } from './remote-folders.ts'
import type { SftpSession } from './sftp-session.ts'
import { temporaryMark } from './temporary-file.ts'

/** Milliseconds. Longer than any write takes, and than clocks differ. */
const abandonedAfter = 24 * 3_600_000

/** The temporary files that killed runs and broken connections leave. */
export class Leftovers {
  readonly #dead = new Set<string>()
  #searched = false

  /** What a listing comes across; `now` is in milliseconds since 1970. */
  see(folder: string, { filename, attrs }: FileEntryWithStats, now: number): void {
    const old = now - attrs.mtime * 1000 > abandonedAfter
    if (filename.includes(temporaryMark) && old) this.#dead.add(posix.join(folder, filename))
  }

  /** A file of ours that could not be taken away when its writing failed. */
  lost(file: string): void {
    this.#dead.add(file)
  }

  /** Takes away what has been seen, without waiting; the first time it looks into `folder`, where packs begin. */
  async remove(session: SftpSession, folder: string, now: number, signal: AbortSignal): Promise<void> {
    if (!this.#searched) {
      this.#searched = true
      for await (const entries of entriesOf(session, folder, signal)) {
        for (const entry of entries) this.see(folder, entry, now)
      }
    }
    for (const file of this.#dead) session.quietly(done => session.sftp.unlink(file, done))
    this.#dead.clear()
  }
}
