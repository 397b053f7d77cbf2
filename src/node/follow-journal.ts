import { stat } from 'node:fs/promises'
import { type JournalEnd, verifyChain } from '../archive/journal.ts'
import type { JournalLine } from '../archive/journal-event.ts'
import type { SiteRecord } from '../archive/record.ts'
import { BlackstartError, systemCode } from '../errors.ts'

const atOnce = 1_000

/** Hears what the journal gets, whoever writes it. */
export class JournalFollower {
  readonly #record: SiteRecord
  readonly #file: string
  #end: JournalEnd | null
  #size = -1
  #mark: { readonly size: number; readonly mark: string } | null = null
  #reading: Promise<void> = Promise.resolve()

  /** From the end that the catalog has reached. */
  static async open(record: SiteRecord, file: string): Promise<JournalFollower> {
    return new JournalFollower(record, file, await record.catalog.position())
  }

  private constructor(record: SiteRecord, file: string, end: JournalEnd | null) {
    this.#record = record
    this.#file = file
    this.#end = end
  }

  /**
   * Whether something but the end of the file may have changed since this was asked last: true the first time. A file that grows
   * changes its time as well, so that is not told by it.
   */
  async mayHaveChanged(): Promise<boolean> {
    const { size, mark } = await markOf(this.#file)
    const isSame = this.#mark !== null && (size !== this.#mark.size || mark === this.#mark.mark)
    this.#mark = { size, mark }
    return !isSame
  }

  /** Walks the whole chain up to where it was read. Throws `integrity` where it is broken. */
  async verify(signal: AbortSignal): Promise<void> {
    if (this.#end !== null) await verifyChain(this.#file, this.#end, signal)
  }

  /** Takes what is new into the catalog, and tells it. Throws `integrity` where the chain is broken. */
  look(onLines: (lines: readonly JournalLine[]) => void): Promise<void> {
    const next = this.#reading.then(() => this.#look(onLines))
    this.#reading = next.catch(() => undefined)
    return next
  }

  async #look(onLines: (lines: readonly JournalLine[]) => void): Promise<void> {
    const size = await sizeOf(this.#file)
    if (size === this.#size) return
    if (size < (this.#end?.offset ?? 0)) throw cutOff(this.#file)
    await this.#record.follow()
    let lines: JournalLine[] = []
    for await (const { line, end } of this.#record.journal.lines(this.#end)) {
      lines.push(line)
      this.#end = end
      if (lines.length < atOnce) continue
      onLines(lines)
      lines = []
    }
    if (lines.length > 0) onLines(lines)
    this.#size = size
  }
}

/** `mark` changes whenever the file may have been written to. */
async function markOf(file: string): Promise<{ readonly size: number; readonly mark: string }> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(file)
    return { size, mark: `${ino} ${mtimeMs} ${ctimeMs}` }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { size: 0, mark: 'none' }
    throw error
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0
    throw error
  }
}

function cutOff(file: string): BlackstartError {
  return new BlackstartError(
    'integrity',
    `The journal ${file} is shorter than it was: somebody cut off its end, or put an older one in its place. Bring back the newest copy from the repository: blackstart catalog rebuild`,
    { facts: { file } },
  )
}
