import type { Archive } from '../../archive/archive.ts'
import { type JournalReport, verifyJournal } from '../../archive/verify-archive.ts'
import { BlackstartError } from '../../errors.ts'

/** Walks the whole chain of the journal for somebody who asks: one walk at a time, for it may be long. */
export class JournalCheck {
  #going = false

  /** Throws `device-busy` while one goes on. */
  async walk(archive: Archive, signal: AbortSignal): Promise<JournalReport> {
    if (this.#going) {
      throw new BlackstartError('device-busy', 'The journal is being verified already: wait until that has ended.')
    }
    this.#going = true
    try {
      return await verifyJournal(archive.record.journal, signal)
    } finally {
      this.#going = false
    }
  }
}
