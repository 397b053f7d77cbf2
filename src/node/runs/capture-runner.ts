import type { Archive } from '../../archive/archive.ts'
import {
  type ItemReading,
  openSweepSession,
  type SweepResult,
  type SweepSession,
  type SweepSettings,
} from '../../archive/sweep-session.ts'
import { BlackstartError, reasonOf } from '../../errors.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import { SharedOpening } from './shared-opening.ts'

/** Milliseconds after which captures go into a session of their own, so that the repository is let go now and then. */
const longestSession = 300_000
/** Milliseconds without a capture after which a session ends. */
const idleSession = 20_000

interface Session {
  readonly opened: number
  readonly sweep: SweepSession
  reading: number
  /** Something waits to be stored that people want to see. */
  hasNews: boolean
  idle: NodeJS.Timeout | null
  retired: boolean
}

export interface ReadRequest {
  readonly of: AssetItem
  readonly ignoreQuiet: boolean
  /** Somebody waits for it: it is stored at once, and not with others. */
  readonly urgent: boolean
  readonly onRead: (bytes: number, files: number) => void
  /** Told once the item was read and waits to be stored. */
  readonly onStoring: () => void
}

/**
 * Reads items, each as soon as it is asked for, in sessions of several: they share packs, an index and a lock. What was read is
 * stored as soon as nothing else is being read, what is confirmed every `commitEvery`.
 */
export class CaptureRunner implements AsyncDisposable {
  readonly #settings: SweepSettings
  readonly #onOwnFailed: (results: readonly SweepResult[]) => void
  readonly #ending = new Set<Promise<void>>()
  #archive: Archive
  /** Of the session that reads now. */
  #opening: SharedOpening<Session> | null = null

  constructor(archive: Archive, settings: SweepSettings, onOwnFailed: (results: readonly SweepResult[]) => void) {
    this.#archive = archive
    this.#settings = settings
    this.#onOwnFailed = onOwnFailed
  }

  /** What is read from now on is read for this archive; what is being read is read to its end. */
  async replace(archive: Archive): Promise<void> {
    this.#archive = archive
    await this.rest()
  }

  /**
   * Ends when the item was read and its device is free; `stored` when its result counts. Throws where nothing can be stored: a
   * locked repository, a full disk.
   */
  async read(request: ReadRequest, signal: AbortSignal): Promise<ItemReading> {
    const session = await this.#enter(signal)
    try {
      const { of, ignoreQuiet, urgent, onRead, onStoring } = request
      const reading = await session.sweep.read(of, { ignoreQuiet, onRead }, signal)
      onStoring()
      if (!reading.same) session.hasNews = true
      if (urgent) this.#commit(session)
      return reading
    } catch (error) {
      this.#retire(session)
      throw error
    } finally {
      this.#leave(session)
    }
  }

  /** Captures the node's own items now. */
  async captureOwn(signal: AbortSignal): Promise<void> {
    const session = await this.#enter(signal)
    try {
      this.#onOwnFailed(await session.sweep.captureOwn())
    } catch (error) {
      this.#retire(session)
      throw error
    } finally {
      this.#leave(session)
    }
  }

  /** Ends the session now: stores what was read, and the node's own items. */
  async rest(): Promise<void> {
    const session = await this.#opening?.settled()
    if (session !== null && session !== undefined) this.#retire(session)
    await Promise.allSettled([...this.#ending])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rest()
  }

  async #enter(signal: AbortSignal): Promise<Session> {
    if (this.#opening === null || this.#opening.isOver) this.#opening = this.#open()
    const session = await this.#opening.wait(signal)
    if (performance.now() - session.opened >= longestSession) this.#retire(session)
    return session.retired ? await this.#enter(signal) : this.#use(session)
  }

  #open(): SharedOpening<Session> {
    const open = async (signal: AbortSignal): Promise<Session> => {
      const sweep = await openSweepSession(this.#archive, this.#settings, signal)
      return { opened: performance.now(), sweep, reading: 0, hasNews: false, idle: null, retired: false }
    }
    return new SharedOpening(open, session => this.#retire(session))
  }

  #use(session: Session): Session {
    session.reading += 1
    if (session.idle !== null) clearTimeout(session.idle)
    session.idle = null
    return session
  }

  #leave(session: Session): void {
    session.reading -= 1
    if (session.reading > 0) return
    if (session.retired) this.#end(session)
    else {
      // confirmations wait for others: a line of the journal for each would be the most of it
      if (session.hasNews) this.#commit(session)
      session.idle = setTimeout(() => this.#retire(session), idleSession)
    }
  }

  #commit(session: Session): void {
    session.hasNews = false
    // what fails here is told to those who wait for it
    session.sweep.commit().catch(() => this.#retire(session))
  }

  /** Nothing more is read in it; it ends with what is being read. */
  #retire(session: Session): void {
    if (session.retired) return
    session.retired = true
    if (this.#opening?.opened === session) this.#opening = null
    if (session.idle !== null) clearTimeout(session.idle)
    if (session.reading === 0) this.#end(session)
  }

  #end(session: Session): void {
    const ended = this.#finish(session).finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }

  async #finish({ sweep }: Session): Promise<void> {
    try {
      this.#onOwnFailed(await sweep.captureOwn())
    } catch (error) {
      const code = error instanceof BlackstartError ? error.code : 'internal'
      const told = { code, message: `The node's own items could not be stored: ${reasonOf(error)}` }
      this.#onOwnFailed([{ item: 'node', outcome: 'failed', version: null, bytes: 0, error: told }])
    } finally {
      await close(sweep)
    }
  }
}

/** A lock that could not be taken away is told by the repository. */
async function close(sweep: SweepSession): Promise<void> {
  try {
    await sweep[Symbol.asyncDispose]()
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
  }
}
