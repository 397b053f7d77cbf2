import type { Archive } from '../../archive/archive.ts'
import type { SweepResult } from '../../archive/sweep-session.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { Asked, ReadEnd } from '../schedule/scheduler.ts'
import type { CaptureRunner } from './capture-runner.ts'
import type { RunReason } from './run.ts'
import type { RunBook } from './run-book.ts'
import { endOf } from './run-end.ts'

export interface ItemReaderParts {
  readonly book: RunBook
  readonly runner: CaptureRunner
  readonly archive: () => Archive
  /** Takes in what changed on the disk. */
  readonly look: () => Promise<void>
  /** Aborts when the node ends. */
  readonly ended: AbortSignal
  /** Takes work that goes on beside everything else. */
  readonly go: (work: Promise<unknown>) => void
  readonly onTrouble: (message: string) => void
}

/** Reads an item when the scheduler says so, and tells how far that got: its run. */
export class ItemReader {
  readonly #parts: ItemReaderParts

  constructor(parts: ItemReaderParts) {
    this.#parts = parts
  }

  /** Ends when the device is free again; what was read may not be stored yet. */
  async read(of: AssetItem, reason: RunReason, asked: Asked | null): Promise<ReadEnd> {
    const { book, ended, onTrouble } = this.#parts
    const id = asked?.run ?? book.add({ item: of.id, does: 'capture', reason, expectedBytes: null }).id
    const limit = AbortSignal.any([ended, book.stoppable(id)])
    try {
      return await this.#read(id, of, asked, limit)
    } catch (error) {
      const end = endOf(error, limit)
      book.end(id, { ...end, version: null })
      if (end.error !== null) onTrouble(end.error.message)
      return end.outcome === 'interrupted' ? 'interrupted' : 'trouble'
    } finally {
      book.settle(id)
    }
  }

  async #read(id: string, of: AssetItem, asked: Asked | null, signal: AbortSignal): Promise<ReadEnd> {
    const { book, runner, archive, look, go } = this.#parts
    const ignoreQuiet = asked?.ignoreQuiet ?? false
    // secrets that were set a moment ago are known to what is asked for now
    if (asked !== null) await look()
    const expectedBytes = (await archive().record.catalog.latest(of.id))?.bytes ?? null
    const begun = book.begin(id, expectedBytes)
    if (begun !== null) book.note(begun, ignoreQuiet)
    const onRead = (bytes: number, files: number) => book.read(id, bytes, files)
    const onStoring = () => void book.enter(id, 'storing')
    const request = { of, ignoreQuiet, urgent: asked !== null, onRead, onStoring }
    const { error, stored } = await runner.read(request, signal)
    if (error?.code === 'interrupted') {
      // nothing of it is stored: whoever stopped it does not wait for what others read
      book.drop(id)
      return 'interrupted'
    }
    go(this.#settle(id, stored))
    if (error === null) return 'read'
    return error.code === 'login-refused' ? 'login-refused' : 'failed'
  }

  async #settle(id: string, stored: Promise<SweepResult>): Promise<void> {
    const { book, ended, look } = this.#parts
    try {
      const { outcome, version, bytes, error } = await stored
      book.end(id, { outcome, version, bytes, error })
      await look()
    } catch (error) {
      book.end(id, { ...endOf(error, ended), version: null })
    }
  }
}
