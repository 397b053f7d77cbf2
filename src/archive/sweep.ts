import { setTimeout as sleep } from 'node:timers/promises'
import { openWriter, type Writer } from '../engine/writer.ts'
import { BlackstartError, reasonOf } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import { insideWindow } from '../site/window.ts'
import type { Archive } from './archive.ts'
import { type CaptureContext, type Captured, captureItem, settle, untilNow } from './capture-item.ts'
import { commitSession } from './commit-session.ts'
import { withConfirmationsTogether } from './confirmations.ts'
import type { JournalEvent } from './journal-event.ts'
import { nodeItems } from './node-items.ts'
import { paces } from './target.ts'

export interface SweepResult {
  readonly item: string
  readonly outcome: 'version' | 'equivalent' | 'confirmed' | 'failed'
  readonly version: string | null
  readonly bytes: number
  readonly error: { readonly code: string; readonly message: string } | null
}

export interface SweepOptions {
  /** How many devices are read at once. */
  readonly concurrency: number
  /** Pauses before each further attempt, in milliseconds; an asset's `retries` says how many are used. */
  readonly backoff: readonly number[]
  /** Milliseconds after which what was read is made durable, while the sweep goes on. */
  readonly commitEvery: number
  readonly sessionWait: number
  /** Captures also inside quiet windows. */
  readonly ignoreQuiet: boolean
  readonly program: string
  readonly onStart: (item: string) => void
  /** Asked before a device's items are read; false ends the sweep: those, and what comes after, are not among its results. */
  readonly mayBegin: (items: readonly AssetItem[]) => boolean
  /** Called when a result counts: after the repository and the journal hold it. */
  readonly onResult: (result: SweepResult) => void
}

export const sweepDefaults = {
  concurrency: 4,
  backoff: [1_000, 5_000, 15_000],
  commitEvery: 30_000,
  sessionWait: 600_000,
  mayBegin: () => true,
} as const

const defaultRetries = 2
const totalDefault = 6 * 3_600_000
/** Milliseconds: what a timer can wait at most, 24 days; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1
/** Milliseconds after which it is looked whether something waits for a commit, while devices are slow to answer. */
const commitLook = 1_000
/** So many results at most wait for a commit. */
const commitItems = 2_000

/**
 * Captures items together: they share packs and index files, and each counts once the repository and then the journal
 * hold it. Ends with the node's own items. An item that fails does not stop the others; an abort ends all of them, and
 * what was read whole until then is kept.
 */
export async function sweep(
  archive: Archive,
  items: readonly AssetItem[],
  options: SweepOptions,
  signal: AbortSignal,
): Promise<readonly SweepResult[]> {
  await using lock = await archive.repository.lock('shared', signal)
  // not the caller's signal: after an abort, what was read whole is still committed
  await using writer = await openWriter(archive.repository, lock, new AbortController().signal)
  const broken = new AbortController()
  const limit = AbortSignal.any([signal, lock.lost, broken.signal])
  const run = new SweepRun(archive, writer, options)
  const queues = byAsset(items)
  const workers = Array.from({ length: Math.min(options.concurrency, queues.length) }, async () => {
    try {
      for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
        if (!options.mayBegin(queue)) return
        for (const of of queue) await run.capture(of, limit)
      }
    } catch (error) {
      // nothing can be kept any more: no other device is read for nothing
      broken.abort(error)
      throw error
    }
  })
  const committing = setInterval(() => run.commitWhereDue().catch(error => broken.abort(error)), commitLook)
  const ends = await Promise.allSettled(workers).finally(() => clearInterval(committing))
  for (const ended of ends) if (ended.status === 'rejected') throw ended.reason
  await run.commit()
  for (const of of nodeItems(archive)) await run.captureOwn(of, lock.lost)
  await run.commit()
  return run.results
}

/** Whether the item, or its asset, may not be read now. */
export function isQuiet(archive: Archive, { asset, item }: AssetItem): boolean {
  const now = Temporal.Instant.fromEpochMilliseconds(archive.now().getTime())
  return [...asset.quiet, ...item.quiet].some(window => insideWindow(window, now, archive.site.timezone))
}

function byAsset(items: readonly AssetItem[]): (readonly AssetItem[])[] {
  return [...Map.groupBy(items, of => of.asset.id).values()]
}

interface Failed {
  readonly item: string
  readonly outcome: 'failed'
  readonly version: null
  readonly bytes: 0
  readonly error: { readonly code: string; readonly message: string }
  readonly events: readonly JournalEvent[]
}

interface Waiting {
  readonly ended: Captured | Failed
  /** One of the node's own items. */
  readonly own: boolean
}

class SweepRun {
  readonly results: SweepResult[] = []
  readonly #archive: Archive
  readonly #context: CaptureContext
  readonly #options: SweepOptions
  #waiting: Waiting[] = []
  #committed = performance.now()
  #committing: Promise<void> = Promise.resolve()

  constructor(archive: Archive, writer: Writer, options: SweepOptions) {
    this.#archive = archive
    this.#options = options
    this.#context = {
      writer,
      paces: paces(archive.site),
      sessionWait: options.sessionWait,
      program: options.program,
    }
  }

  async capture(of: AssetItem, signal: AbortSignal): Promise<void> {
    await this.#capture(of, false, signal)
    await this.commitWhereDue()
  }

  async commitWhereDue(): Promise<void> {
    const due = this.#waiting.length > 0 && performance.now() - this.#committed > this.#options.commitEvery
    if (due || this.#waiting.length >= commitItems) await this.commit()
  }

  /** One of the node's own items: reported only when it fails. */
  captureOwn(of: AssetItem, signal: AbortSignal): Promise<void> {
    return this.#capture(of, true, signal)
  }

  /** Makes what waits durable: first the repository, then the journal; only then is it reported. */
  commit(): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commit())
    return this.#committing
  }

  async #commit(): Promise<void> {
    const done = this.#waiting
    this.#waiting = []
    this.#committed = performance.now()
    // an abort must not leave half of it behind
    const uninterrupted = new AbortController().signal
    const settled = await this.#record(done, uninterrupted)
    for (const { ended, own } of settled) {
      if (own && ended.outcome !== 'failed') continue
      const { item, outcome, version, bytes } = ended
      const result = { item, outcome, version, bytes, error: ended.outcome === 'failed' ? ended.error : null }
      this.results.push(result)
      this.#options.onResult(result)
    }
  }

  async #record(done: Waiting[], signal: AbortSignal): Promise<Waiting[]> {
    const { record } = this.#archive
    await using _alone = await commitSession(this.#archive, signal)
    await record.follow()
    const settled: Waiting[] = []
    for (const { ended, own } of done) {
      const now = ended.outcome === 'failed' ? ended : await settle(this.#archive, ended, this.#context.writer)
      settled.push({ ended: now, own })
    }
    await this.#context.writer.commit(signal)
    const events = settled.flatMap(({ ended }) => (ended.outcome === 'failed' ? ended.events : untilNow(ended)))
    await record.add(withConfirmationsTogether(events), signal)
    return settled
  }

  async #capture(of: AssetItem, own: boolean, signal: AbortSignal): Promise<void> {
    const started = this.#archive.now()
    const clock = performance.now()
    try {
      signal.throwIfAborted()
      if (!own) this.#options.onStart(of.id)
      if (!this.#options.ignoreQuiet && isQuiet(this.#archive, of)) throw quietNow(of)
      const ended = await this.#attempts(of, signal)
      // not before it has ended: a commit meanwhile takes the list away
      this.#waiting.push({ ended, own })
    } catch (error) {
      const told = failure(of, error, signal)
      const milliseconds = Math.round(performance.now() - clock)
      const event: JournalEvent = { type: 'failed', item: of.id, at: started.toISOString(), ...told, milliseconds }
      // that somebody pressed Ctrl-C says nothing of the item
      const events = told.code === 'interrupted' ? [] : [event]
      this.#waiting.push({
        ended: { item: of.id, outcome: 'failed', version: null, bytes: 0, error: told, events },
        own,
      })
    }
  }

  async #attempts(of: AssetItem, signal: AbortSignal): Promise<Captured> {
    const pauses = this.#options.backoff.slice(0, of.asset.retries ?? defaultRetries)
    const total = Math.min(of.asset.timeouts.total?.total('milliseconds') ?? totalDefault, longestTimer)
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted()
      const limit = AbortSignal.timeout(total)
      try {
        return await captureItem(this.#archive, of, this.#context, AbortSignal.any([signal, limit]))
      } catch (error) {
        if (limit.aborted && !signal.aborted) throw overTime(of, total, error)
        const pause = pauses[attempt]
        if (!(error instanceof BlackstartError) || !error.retry || pause === undefined) throw error
        await sleep(pause, undefined, { signal })
      }
    }
  }
}

function failure(of: AssetItem, error: unknown, signal: AbortSignal): { code: string; message: string } {
  if (error instanceof BlackstartError) return { code: error.code, message: error.message }
  if (signal.aborted)
    return { code: 'interrupted', message: `${of.id}: the capture was interrupted; nothing of it is kept.` }
  return { code: 'internal', message: `${of.id}: ${reasonOf(error)}` }
}

function quietNow(of: AssetItem): BlackstartError {
  return new BlackstartError(
    'refused',
    `${of.id}: not read, for it is inside a quiet window now. Capture it afterwards, or all the same with --ignore-quiet.`,
  )
}

function overTime(of: AssetItem, total: number, cause: unknown): BlackstartError {
  return new BlackstartError(
    'timeout',
    `${of.id}: not read within ${Math.round(total / 1000)} s, its asset's total timeout. If the device is merely slow, raise timeouts.total of ${of.asset.id}.`,
    { cause, facts: { total } },
  )
}
