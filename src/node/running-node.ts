import type { Archive } from '../archive/archive.ts'
import { findVersion } from '../archive/find-version.ts'
import type { JournalLine } from '../archive/journal-event.ts'
import { reconcile } from '../archive/reconcile.ts'
import { recordAs } from '../archive/record.ts'
import type { SweepResult } from '../archive/sweep-session.ts'
import { BlackstartError, reasonOf } from '../errors.ts'
import { type AssetItem, findItem, itemsOf } from '../site/item-lookup.ts'
import type { Site } from '../site/site.ts'
import { JournalFollower } from './follow-journal.ts'
import { JournalWatch } from './journal-watch.ts'
import { Judging } from './judging.ts'
import { archiveOf, type SiteAccess } from './open-site.ts'
import { CaptureRunner } from './runs/capture-runner.ts'
import { takeOverRuns } from './runs/interrupted-runs.ts'
import { LiveRuns } from './runs/live-runs.ts'
import type { Run, RunReason } from './runs/run.ts'
import { runSettings } from './runs/run-settings.ts'
import { openRunOf, openRunStore, type RunStore } from './runs/run-store.ts'
import { writeBack } from './runs/write-back.ts'
import type { Clock } from './schedule/clock.ts'
import { createItemPace } from './schedule/item-pace.ts'
import type { ItemPace } from './schedule/next-due.ts'
import { type Asked, type ReadEnd, Scheduler } from './schedule/scheduler.ts'
import { changeOf, etagOf, SiteFile } from './site-file.ts'
import type { Actor, CaptureRequest, Judged, NodeEvent, SiteInForce, SiteNode, WriteRequest } from './site-node.ts'
import { type WatchedArchive, watchArchive } from './watch-archive.ts'

export interface NodeParts {
  readonly archive: Archive
  readonly access: SiteAccess
  readonly clock: Clock
  readonly concurrency: number | null
  readonly onTrouble: (message: string) => void
}

interface OpenedParts {
  readonly file: SiteFile
  readonly store: RunStore
  readonly follower: JournalFollower
  /** As `changeOf` has it. */
  readonly secrets: string
}

/** Milliseconds between two looks at the site file, the secrets and the journal. */
const lookEvery = 1_000
/** Milliseconds after which time alone may have changed a judgement. */
const judgeEvery = 30_000
/** Milliseconds between two records of the connections that captures opened. */
const recordEvery = 60_000

export class RunningNode implements Omit<SiteNode, keyof AsyncDisposable> {
  readonly folder: string
  readonly now: () => Date
  readonly started: Temporal.Instant
  readonly #parts: NodeParts
  readonly #file: SiteFile
  readonly #store: RunStore
  readonly #journal: JournalWatch
  readonly #runs: LiveRuns
  readonly #runner: CaptureRunner
  readonly #scheduler: Scheduler
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #stops = new Map<string, AbortController>()
  /** What goes on besides the scheduler, and has to end before the node has. */
  readonly #going = new Set<Promise<unknown>>()
  readonly #ended = new AbortController()
  #watch: WatchedArchive
  #judging: Judging
  #pace: (of: AssetItem) => ItemPace = () => ({ interval: 3_600_000, captureTime: 60_000 })
  /** The journal has got lines that were not judged. */
  #isTouched = false
  #secrets: string
  #looking: Promise<void> = Promise.resolve()
  #changing: Promise<unknown> = Promise.resolve()
  #triedAt = 0
  #judgedAt = 0
  #recordedAt = 0

  static async start(parts: NodeParts, stack: AsyncDisposableStack, signal: AbortSignal): Promise<RunningNode> {
    const { archive, clock } = parts
    const now = () => Temporal.Instant.fromEpochMilliseconds(clock.wall())
    const file = await SiteFile.open(archive.paths.site, now)
    const store = stack.use(openRunStore(archive.paths.runs, parts.onTrouble))
    const reconciled = await reconcile(archive, signal)
    for (const { item, version } of reconciled.lost) {
      parts.onTrouble(`${item}@${version} is not in the repository any more. See: blackstart verify`)
    }
    const follower = await JournalFollower.open(archive.record, archive.paths.journal)
    const secrets = await changeOf(archive.paths.secrets)
    const node = new RunningNode(parts, { file, store, follower, secrets })
    await node.#begin()
    return node
  }

  private constructor(parts: NodeParts, { file, store, follower, secrets }: OpenedParts) {
    const { archive, clock, concurrency, onTrouble } = parts
    this.#parts = parts
    this.#file = file
    this.#store = store
    this.#journal = new JournalWatch({
      ...{ follower, clock, ended: this.#ended.signal, go: work => this.#go(work) },
      onLines: lines => this.#take(lines),
      onBroken: message => this.#emit({ type: 'integrity', message }),
    })
    this.#secrets = secrets
    this.folder = archive.folder
    this.now = () => new Date(clock.wall())
    this.started = Temporal.Instant.fromEpochMilliseconds(clock.wall())
    this.#watch = watchArchive(archive)
    this.#judging = new Judging(this.#watch.archive, 0)
    this.#runs = new LiveRuns(clock, archive.random, run => this.#emit({ type: 'run', run }))
    this.#runner = new CaptureRunner(this.#watch.archive, runSettings, results => {
      for (const { error } of results) if (error !== null) onTrouble(error.message)
    })
    this.#scheduler = new Scheduler({
      clock,
      concurrency: () => concurrency ?? this.#watch.archive.site.node.readers,
      pace: of => this.#pace(of),
      lastCapture: item => this.#lastCapture(item),
      read: (of, reason, asked) => this.#read(of, reason, asked),
      onMistake: error => this.#trouble(error),
    })
  }

  async #begin(): Promise<void> {
    await this.#judgeAgain()
    this.#takeSite()
    const again = await takeOverRuns(this.#watch.archive, this.#store, this.#judging.newest().facts)
    for (const run of again.runs) this.#ask(run.item, run.reason, run.ignoreQuiet)
    for (const id of again.ids) this.#store.remove(id)
    this.#go(this.#scheduler.run(this.#ended.signal))
    this.#go(this.#lookOn())
  }

  site(): SiteInForce {
    return this.#file.inForce()
  }

  archive(by: Actor): Archive {
    const { archive } = this.#watch
    return { ...archive, record: recordAs(archive.record, this.folder, actorText(by)) }
  }

  judged(): Judged {
    return this.#judging.newest()
  }

  runs(): readonly Run[] {
    return this.#runs.all()
  }

  due(): ReadonlyMap<string, Temporal.Instant> {
    const due = this.#scheduler.due()
    return new Map([...due].map(([item, at]) => [item, Temporal.Instant.fromEpochMilliseconds(Math.round(at))]))
  }

  capture({ items, by, ignoreQuiet }: CaptureRequest): readonly Run[] {
    for (const item of items) this.#itemOf(item)
    // what is being read may be what it was before somebody changed it
    const waiting = new Map(this.#runs.waiting().map(run => [run.item, run]))
    return items.map(item => waiting.get(item) ?? this.#ask(item, { kind: 'person', name: actorText(by) }, ignoreQuiet))
  }

  trigger(items: readonly string[], trigger: string, seen: string): readonly Run[] {
    const waiting = new Set(this.#runs.waiting().map(({ item }) => item))
    return items
      .filter(item => findItem(this.site().site, item) !== null && !waiting.has(item))
      .map(item => this.#ask(item, { kind: 'trigger', trigger, seen }, false))
  }

  writeToDevice({ item, version, by, withoutSafety }: WriteRequest): { run: Run; ended: Promise<Run> } {
    const of = this.#itemOf(item)
    const reason: RunReason = { kind: 'person', name: actorText(by) }
    const run = this.#runs.add({ item, does: 'write', reason, expectedBytes: null })
    this.#store.put({ ...openRunOf(run, true), version })
    const stop = new AbortController()
    this.#stops.set(run.id, stop)
    const write = async (): Promise<Run> => {
      using _device = await this.#scheduler.reserve(of, AbortSignal.any([stop.signal, this.#ended.signal]))
      const archive = this.archive(by)
      const found = await findVersion(archive.record, item, version)
      const begun = this.#runs.enter(run.id, 'reading')
      if (begun !== null) this.#store.put({ ...openRunOf(begun, true), version: found.id })
      const onState = (state: Run['state']) => {
        // nobody stops half way what changes a machine
        if (state === 'writing') this.#stops.delete(run.id)
        this.#runs.enter(run.id, state)
      }
      await writeBack(archive, of, found, { withoutSafety, onState }, stop.signal)
      return this.#end(run.id, { outcome: 'written', version: found.id, error: null })
    }
    const failed = (error: unknown) => this.#end(run.id, { ...endOf(error, stop.signal), version: null })
    const ended = write().catch(failed)
    this.#go(ended)
    return { run, ended }
  }

  stop(id: string, _by: Actor): boolean {
    const isTaken = this.#scheduler.takeBack(id)
    const stop = this.#stops.get(id)
    if (isTaken) this.#end(id, { outcome: 'interrupted', version: null, error: null })
    else stop?.abort()
    return isTaken || stop !== undefined
  }

  changeSite(text: string, etag: string, by: Actor): Promise<SiteInForce> {
    const change = this.#changing.then(() => this.#changeSite(text, etag, by))
    this.#changing = change.catch(() => undefined)
    return change
  }

  async #changeSite(text: string, etag: string, by: Actor): Promise<SiteInForce> {
    await this.#runner.captureOwn(this.#ended.signal) // the file of before, whoever wrote it
    await this.#file.write(text, etag)
    await this.reload()
    const event = { type: 'site-changed' as const, before: etag, after: etagOf(Buffer.from(text)) }
    await this.archive(by).record.add([event], new AbortController().signal)
    await this.#runner.captureOwn(this.#ended.signal)
    await this.#look()
    const { refused } = this.site()
    if (refused === null) return this.site()
    const why = refused.problems.map(({ message }) => message).join(' ')
    throw new BlackstartError(
      'refused',
      `It is written, and not in force: ${why} The site file of before stays in force until then.`,
    )
  }

  async reload(): Promise<SiteInForce> {
    await this.#look()
    return this.site()
  }

  integrity(): string | null {
    return this.#journal.broken()
  }

  subscribe(listener: (event: NodeEvent) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** Runs end or are interrupted; what was read whole is stored. */
  async stopAll(): Promise<void> {
    this.#ended.abort()
    while (this.#going.size > 0) await Promise.allSettled([...this.#going])
    await this.#runner[Symbol.asyncDispose]()
    while (this.#going.size > 0) await Promise.allSettled([...this.#going])
    await this.#watch.record()
    this.#watch[Symbol.dispose]()
  }

  #ask(item: string, reason: RunReason, ignoreQuiet: boolean): Run {
    const run = this.#runs.add({ item, does: 'capture', reason, expectedBytes: null })
    this.#store.put(openRunOf(run, ignoreQuiet))
    if (this.#scheduler.ask(item, { reason, ignoreQuiet, run: run.id })) return run
    return this.#end(run.id, { outcome: 'interrupted', version: null, error: null })
  }

  async #read(of: AssetItem, reason: RunReason, asked: Asked | null): Promise<ReadEnd> {
    const id = asked?.run ?? this.#runs.add({ item: of.id, does: 'capture', reason, expectedBytes: null }).id
    const stop = new AbortController()
    this.#stops.set(id, stop)
    const ignoreQuiet = asked?.ignoreQuiet ?? false
    try {
      // secrets that were set a moment ago are known to what is asked for now
      if (asked !== null) await this.#look()
      const expectedBytes = (await this.#watch.archive.record.catalog.latest(of.id))?.bytes ?? null
      const begun = this.#runs.begin(id, expectedBytes)
      if (begun !== null) this.#store.put(openRunOf(begun, ignoreQuiet))
      const onRead = (bytes: number, files: number) => this.#runs.read(id, bytes, files)
      const onStoring = () => void this.#runs.enter(id, 'storing')
      const limit = AbortSignal.any([this.#ended.signal, stop.signal])
      const { error, stored } = await this.#runner.read(
        { of, ignoreQuiet, urgent: asked !== null, onRead, onStoring },
        limit,
      )
      this.#go(this.#settle(id, stored))
      if (error === null) return 'read'
      if (error.code === 'login-refused') return 'login-refused'
      return error.code === 'interrupted' ? 'interrupted' : 'failed'
    } catch (error) {
      const end = endOf(error, this.#ended.signal)
      this.#end(id, { ...end, version: null })
      if (end.error !== null) this.#parts.onTrouble(end.error.message)
      return end.outcome === 'interrupted' ? 'interrupted' : 'trouble'
    } finally {
      this.#stops.delete(id)
    }
  }

  async #settle(id: string, stored: Promise<SweepResult>): Promise<void> {
    try {
      const { outcome, version, bytes, error } = await stored
      const isInterrupted = error?.code === 'interrupted'
      this.#end(id, {
        outcome: isInterrupted ? 'interrupted' : outcome,
        version,
        bytes,
        error: isInterrupted ? null : error,
      })
      await this.#look()
    } catch (error) {
      this.#end(id, { ...endOf(error, this.#ended.signal), version: null })
    }
  }

  /** What the node's own end interrupts stays in the store: it is marked, and read again, at the next start. */
  #end(id: string, how: Pick<Run, 'outcome' | 'version' | 'error'> & { readonly bytes?: number }): Run {
    if (how.outcome !== 'interrupted' || !this.#ended.signal.aborted) this.#store.remove(id)
    const run = this.#runs.end(id, how)
    if (run === null) throw new Error(`there is no run ${id}`)
    return run
  }

  #lastCapture(item: string): number | null {
    const known = this.#judging.newest().facts.items.get(item)
    const times = [known?.lastConfirmed, known?.failure?.time].filter(time => time !== null && time !== undefined)
    return times.length === 0 ? null : Math.max(...times.map(time => time.epochMilliseconds))
  }

  async #lookOn(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await this.#look()
      if (this.#parts.clock.elapsed() - this.#recordedAt > recordEvery) {
        this.#recordedAt = this.#parts.clock.elapsed()
        await this.#watch.record().catch(error => this.#trouble(error))
      }
      await this.#parts.clock.wait(lookEvery, this.#ended.signal)
    }
  }

  /** Takes in what changed on the disk since the last look. */
  #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookNow()).catch(error => this.#trouble(error))
    return this.#looking
  }

  async #lookNow(): Promise<void> {
    await this.#lookAtSite()
    await this.#journal.look()
    if (this.#isTouched || this.#parts.clock.elapsed() - this.#judgedAt > judgeEvery) await this.#judgeAgain()
  }

  #take(lines: readonly JournalLine[]): void {
    this.#isTouched = true
    this.#judging.touch(lines.map(({ event }) => event))
    this.#emit({ type: 'journal', lines })
  }

  async #judgeAgain(): Promise<void> {
    this.#judgedAt = this.#parts.clock.elapsed()
    this.#isTouched = false
    const { number } = await this.#judging.again()
    this.#emit({ type: 'judged', number })
  }

  async #lookAtSite(): Promise<void> {
    const secrets = await changeOf(this.#watch.archive.paths.secrets)
    const areOthers = secrets !== this.#secrets
    this.#secrets = secrets
    const found = await this.#file.look()
    const rejected = this.#file.rejected()
    if (found === null && rejected !== null && this.#parts.clock.elapsed() - this.#triedAt > judgeEvery) {
      await this.#changeTo(rejected)
      if (this.site().refused === null) this.#emit({ type: 'site', etag: this.site().etag, problems: 0 })
    }
    if (found?.kind === 'site') await this.#changeTo(found.site)
    else if (areOthers) {
      this.#replaceArchive(await archiveOf(this.#watch.archive, this.#watch.archive.site, this.#parts.access))
    }
    if (found === null) return
    const { etag, refused } = this.site()
    this.#emit({ type: 'site', etag, problems: refused?.problems.length ?? 0 })
  }

  async #changeTo(site: Site): Promise<void> {
    this.#triedAt = this.#parts.clock.elapsed()
    try {
      const archive = await archiveOf(this.#watch.archive, site, this.#parts.access)
      const judging = new Judging(archive, this.#judging.newest().number)
      const { number } = await judging.again()
      this.#replaceArchive(archive)
      this.#judging = judging
      this.#file.accept()
      this.#takeSite()
      this.#emit({ type: 'judged', number })
    } catch (error) {
      this.#file.reject(error)
    }
  }

  /** What is read from now on is read for this archive. */
  #replaceArchive(archive: Archive): void {
    const before = this.#watch
    this.#watch = watchArchive({ ...archive, connectors: this.#parts.archive.connectors })
    const letGo = async () => {
      await this.#runner.replace(this.#watch.archive)
      await before.record()
      before[Symbol.dispose]()
    }
    this.#go(letGo())
  }

  /** The scheduler works with the site in force from now on. */
  #takeSite(): void {
    const { site } = this.#watch.archive
    const pace = createItemPace(this.#judging.newest().index)
    this.#pace = of => pace(of, this.#judging.newest().facts.items.get(of.id))
    for (const id of this.#scheduler.replace(itemsOf(site), site.timezone)) {
      this.#end(id, { outcome: 'interrupted', version: null, error: null })
    }
  }

  #itemOf(id: string): AssetItem {
    const of = findItem(this.site().site, id)
    if (of !== null) return of
    throw new BlackstartError('not-found', `site.yaml has no item ${id}.`)
  }

  #emit(event: NodeEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #go(work: Promise<unknown>): void {
    const going = work.catch(error => this.#trouble(error)).finally(() => this.#going.delete(going))
    this.#going.add(going)
  }

  #trouble(error: unknown): void {
    this.#parts.onTrouble(reasonOf(error))
  }
}

/** `anna (10.1.3.9)`; the node's own acts bear the name that it was opened with. */
export function actorText({ name, from }: Actor): string {
  return from === null ? name : `${name} (${from})`
}

function endOf(error: unknown, stopped: AbortSignal): Pick<Run, 'outcome' | 'error'> {
  if (stopped.aborted) return { outcome: 'interrupted', error: null }
  const code = error instanceof BlackstartError ? error.code : 'internal'
  return { outcome: 'failed', error: { code, message: reasonOf(error) } }
}
