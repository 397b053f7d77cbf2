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

export interface SweepSettings {
  /** Pauses before each further attempt, in milliseconds; an asset's `retries` says how many are used. */
  readonly backoff: readonly number[]
  /** Milliseconds after which what was read is made durable, while the sweep goes on. */
  readonly commitEvery: number
  /** Milliseconds to wait for a session with a device. */
  readonly sessionWait: number
  readonly program: string
  /** What is read was just written by us. */
  readonly isOwnChange?: boolean
}

export interface ReadSettings {
  /** Reads also inside quiet windows. */
  readonly ignoreQuiet: boolean
  /** Told of what has been read so far; from the beginning again where an attempt failed. */
  readonly onRead?: (bytes: number, files: number) => void
}

export interface ItemReading {
  /** Why it could not be read whole; null where it was. */
  readonly error: SweepResult['error']
  /** Whether it was read, and is what it was before. */
  readonly same: boolean
  /** What counts, once the repository and then the journal hold it. Throws only where nothing could be stored. */
  readonly stored: Promise<SweepResult>
}

/** Captures that share packs, an index and a lock. */
export interface SweepSession extends AsyncDisposable {
  /** Reads an item. An item's own trouble, an abort included, is a result. Throws where nothing can be stored any more. */
  read(of: AssetItem, settings: ReadSettings, signal: AbortSignal): Promise<ItemReading>
  /** Makes what was read durable now. */
  commit(): Promise<void>
  /** Commits, then captures the node's own items. Returns those that failed. */
  captureOwn(): Promise<readonly SweepResult[]>
}

const defaultRetries = 2
const totalDefault = 6 * 3_600_000
/** Milliseconds: what a timer can wait at most, 24 days; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1
/** Milliseconds after which it is looked whether something waits for a commit, while devices are slow to answer. */
const commitLook = 1_000
/** So many results at most wait for a commit. */
const commitItems = 2_000

/** Takes the repository's shared lock. Throws `locked` where somebody else has it for himself. */
export async function openSweepSession(
  archive: Archive,
  settings: SweepSettings,
  signal: AbortSignal,
): Promise<SweepSession> {
  await using opening = new AsyncDisposableStack()
  const lock = opening.use(await archive.repository.lock('shared', signal))
  // not the caller's signal: after an abort, what was read whole is still committed
  const writer = opening.use(await openWriter(archive.repository, lock, new AbortController().signal))
  const broken = new AbortController()
  const limit = AbortSignal.any([lock.lost, broken.signal])
  const run = new SessionRun(archive, writer, settings)
  const committing = setInterval(() => run.commitWhereDue().catch(error => broken.abort(error)), commitLook)
  opening.defer(() => clearInterval(committing))
  const commit = async () => {
    try {
      await run.commit()
    } catch (error) {
      broken.abort(error)
      throw error
    }
  }
  const held = opening.move()
  return {
    async read(of, read, signal) {
      broken.signal.throwIfAborted() // nothing can be kept any more: no other device is read for nothing
      try {
        const reading = await run.read(of, read, AbortSignal.any([signal, limit]))
        await run.commitWhereDue()
        return reading
      } catch (error) {
        broken.abort(error)
        throw error
      }
    },
    commit,
    async captureOwn() {
      await commit()
      const own: Promise<SweepResult>[] = []
      for (const of of nodeItems(archive)) {
        own.push((await run.read(of, { ignoreQuiet: true }, lock.lost)).stored)
      }
      await commit()
      return (await Promise.all(own)).filter(({ outcome }) => outcome === 'failed')
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  }
}

/** Whether the item, or its asset, may not be read now. */
export function isQuiet(archive: Archive, { asset, item }: AssetItem): boolean {
  const now = Temporal.Instant.fromEpochMilliseconds(archive.now().getTime())
  return [...asset.quiet, ...item.quiet].some(window => insideWindow(window, now, archive.site.timezone))
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
  readonly stored: PromiseWithResolvers<SweepResult>
}

class SessionRun {
  readonly #archive: Archive
  readonly #context: CaptureContext
  readonly #settings: SweepSettings
  #waiting: Waiting[] = []
  /** Why nothing can be stored any more. */
  #broken: { readonly error: unknown } | null = null
  #committed = performance.now()
  #committing: Promise<void> = Promise.resolve()

  constructor(archive: Archive, writer: Writer, settings: SweepSettings) {
    this.#archive = archive
    this.#settings = settings
    const { sessionWait, program, isOwnChange = false } = settings
    this.#context = { writer, paces: paces(archive.site), sessionWait, program, isOwnChange }
  }

  async commitWhereDue(): Promise<void> {
    const due = this.#waiting.length > 0 && performance.now() - this.#committed > this.#settings.commitEvery
    if (due || this.#waiting.length >= commitItems) await this.commit()
  }

  /** First the repository, then the journal; only then is it reported. */
  commit(): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commit())
    return this.#committing
  }

  async #commit(): Promise<void> {
    const done = this.#waiting
    this.#waiting = []
    this.#committed = performance.now()
    if (done.length === 0) return
    try {
      // an abort must not leave half of it behind
      const settled = await this.#record(done, new AbortController().signal)
      done.forEach(({ stored }, at) => {
        const ended = settled[at] as Captured | Failed
        const { item, outcome, version, bytes } = ended
        stored.resolve({ item, outcome, version, bytes, error: ended.outcome === 'failed' ? ended.error : null })
      })
    } catch (error) {
      this.#broken = { error }
      // what was read meanwhile, too: no commit follows
      for (const { stored } of [...done, ...this.#waiting]) stored.reject(error)
      this.#waiting = []
      throw error
    }
  }

  async #record(done: readonly Waiting[], signal: AbortSignal): Promise<readonly (Captured | Failed)[]> {
    const { record } = this.#archive
    await using _alone = await commitSession(this.#archive, signal)
    await record.follow()
    const settled: (Captured | Failed)[] = []
    // of an item that was read twice, the second reading is compared with what the first one stored
    for (const once of withItemsOnce(done)) settled.push(...(await this.#recordOnce(once, signal)))
    return settled
  }

  async #recordOnce(
    ended: readonly (Captured | Failed)[],
    signal: AbortSignal,
  ): Promise<readonly (Captured | Failed)[]> {
    const settled: (Captured | Failed)[] = []
    for (const each of ended) {
      settled.push(each.outcome === 'failed' ? each : await settle(this.#archive, each, this.#context.writer))
    }
    await this.#context.writer.commit(signal)
    const events = settled.flatMap(each => (each.outcome === 'failed' ? each.events : untilNow(each)))
    await this.#archive.record.add(withConfirmationsTogether(events), signal)
    return settled
  }

  async read(of: AssetItem, settings: ReadSettings, signal: AbortSignal): Promise<ItemReading> {
    const started = this.#archive.now()
    const clock = performance.now()
    const ended = await this.#attempts(of, settings, signal).catch((error: unknown): Failed => {
      const told = failure(of, error, signal)
      const milliseconds = Math.round(performance.now() - clock)
      const event: JournalEvent = { type: 'failed', item: of.id, at: started.toISOString(), ...told, milliseconds }
      // that somebody pressed Ctrl-C says nothing of the item
      const events = told.code === 'interrupted' ? [] : [event]
      return { item: of.id, outcome: 'failed', version: null, bytes: 0, error: told, events }
    })
    const stored = Promise.withResolvers<SweepResult>()
    stored.promise.catch(() => undefined) // whoever commits is told, too
    // not before it has ended: a commit meanwhile takes the list away
    if (this.#broken === null) this.#waiting.push({ ended, stored })
    else stored.reject(this.#broken.error)
    const error = ended.outcome === 'failed' ? ended.error : null
    return { error, same: ended.outcome === 'confirmed', stored: stored.promise }
  }

  async #attempts(of: AssetItem, { ignoreQuiet, onRead }: ReadSettings, signal: AbortSignal): Promise<Captured> {
    signal.throwIfAborted()
    if (!ignoreQuiet && isQuiet(this.#archive, of)) throw quietNow(of)
    const context = onRead === undefined ? this.#context : { ...this.#context, onRead }
    const pauses = this.#settings.backoff.slice(0, of.asset.retries ?? defaultRetries)
    const total = Math.min(of.asset.timeouts.total?.total('milliseconds') ?? totalDefault, longestTimer)
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted()
      const limit = AbortSignal.timeout(total)
      try {
        return await captureItem(this.#archive, of, context, AbortSignal.any([signal, limit]))
      } catch (error) {
        if (limit.aborted && !signal.aborted) throw overTime(of, total, error)
        const pause = pauses[attempt]
        if (!(error instanceof BlackstartError) || !error.retry || pause === undefined) throw error
        await sleep(pause, undefined, { signal })
      }
    }
  }
}

/** In their order, in lists that hold no item twice. */
function withItemsOnce(done: readonly Waiting[]): (Captured | Failed)[][] {
  const lists: (Captured | Failed)[][] = []
  let items = new Set<string>()
  for (const { ended } of done) {
    if (lists.length === 0 || items.has(ended.item)) {
      lists.push([])
      items = new Set()
    }
    items.add(ended.item)
    lists.at(-1)?.push(ended)
  }
  return lists
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
