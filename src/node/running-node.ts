import os from 'node:os'
import type { Archive } from '../archive/archive.ts'
import type { JournalLine } from '../archive/journal-event.ts'
import { reconcile } from '../archive/reconcile.ts'
import { recordAs } from '../archive/record.ts'
import { reasonOf } from '../errors.ts'
import { removeLeftSandboxes } from '../recover/sandbox.ts'
import { JournalFollower } from './follow-journal.ts'
import { JournalWatch } from './journal-watch.ts'
import type { SiteAccess } from './load-site.ts'
import { NodeRuns } from './runs/node-runs.ts'
import type { Run } from './runs/run.ts'
import { openRunStore, type RunStore } from './runs/run-store.ts'
import type { Clock } from './schedule/clock.ts'
import { SiteChanger } from './site-changer.ts'
import { changeOf, SiteFile } from './site-file.ts'
import type { Actor, CaptureRequest, Judged, NodeEvent, SiteInForce, SiteNode, WriteRequest } from './site-node.ts'
import { SiteWatch } from './site-watch.ts'
import { actorText } from './views/actor-parts.ts'

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
/** Milliseconds between two records of the connections that captures opened. */
const recordEvery = 60_000

/** Holds together what runs: the site as it is watched, the journal as it grows, the runs. */
export class RunningNode implements Omit<SiteNode, keyof AsyncDisposable> {
  readonly folder: string
  readonly now: () => Date
  readonly started: Temporal.Instant
  readonly #parts: NodeParts
  readonly #site: SiteWatch
  readonly #changer: SiteChanger
  readonly #journal: JournalWatch
  readonly #runs: NodeRuns
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  /** What goes on, and has to end before the node has. */
  readonly #going = new Set<Promise<unknown>>()
  readonly #ended = new AbortController()
  #looking: Promise<void> = Promise.resolve()
  #recordedAt = 0

  static async start(parts: NodeParts, stack: AsyncDisposableStack, signal: AbortSignal): Promise<RunningNode> {
    const { archive, clock } = parts
    const now = () => Temporal.Instant.fromEpochMilliseconds(clock.wall())
    const file = await SiteFile.open(archive.paths, now)
    const store = stack.use(openRunStore(archive.paths.runs, parts.onTrouble))
    if (archive.record.inMemory) {
      parts.onTrouble(
        `${archive.paths.catalog} cannot be written: until the next start it is held in memory. Make room.`,
      )
    }
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
    const { archive, access, clock, concurrency, onTrouble } = parts
    this.#parts = parts
    this.folder = archive.folder
    this.now = () => new Date(clock.wall())
    this.started = Temporal.Instant.fromEpochMilliseconds(clock.wall())
    const shared = {
      ...{ clock, ended: this.#ended.signal, go: (work: Promise<unknown>) => this.#go(work) },
      emit: (event: NodeEvent) => this.#emit(event),
    }
    this.#site = new SiteWatch({
      ...{ ...shared, archive, access, file, secrets },
      onArchive: letGo => this.#go(this.#runs.takeArchive().then(letGo)),
      onSite: () => this.#runs.takeSite(),
    })
    this.#journal = new JournalWatch({
      ...{ ...shared, follower },
      onLines: lines => this.#take(lines),
      onBroken: message => this.#emit({ type: 'integrity', message }),
    })
    this.#runs = new NodeRuns({
      ...{ ...shared, site: this.#site, store, random: archive.random, concurrency, onTrouble },
      archive: by => this.archive(by),
      look: () => this.#look(),
      onRun: run => this.#emit({ type: 'run', run }),
    })
    this.#changer = new SiteChanger({
      node: this,
      write: (text, etag) => this.#site.write(text, etag),
      captureOwn: () => this.#runs.captureOwn(),
    })
  }

  async #begin(): Promise<void> {
    this.#go(removeLeftSandboxes(os.tmpdir()))
    await this.#site.judge()
    await this.#runs.begin()
    this.#go(this.#lookOn())
  }

  site(): SiteInForce {
    return this.#site.inForce()
  }

  archive(by: Actor): Archive {
    const archive = this.#site.archive()
    return { ...archive, record: recordAs(archive.record, this.folder, actorText(by)) }
  }

  judged(): Judged {
    return this.#site.judged()
  }

  runs(): readonly Run[] {
    return this.#runs.all()
  }

  due(): ReadonlyMap<string, Temporal.Instant> {
    return this.#runs.due()
  }

  capture(request: CaptureRequest): readonly Run[] {
    return this.#runs.capture(request)
  }

  trigger(items: readonly string[], trigger: string, seen: string): readonly Run[] {
    return this.#runs.trigger(items, trigger, seen)
  }

  writeToDevice(request: WriteRequest): { readonly run: Run; readonly ended: Promise<Run> } {
    return this.#runs.writeToDevice(request)
  }

  stop(run: string, by: Actor): Promise<boolean> {
    return this.#runs.stop(run, by)
  }

  changeSite(text: string, etag: string, by: Actor): Promise<SiteInForce> {
    return this.#changer.change(text, etag, by)
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
    await this.#runs.rest()
    while (this.#going.size > 0) await Promise.allSettled([...this.#going])
    await this.#site.record()
    this.#site[Symbol.dispose]()
  }

  async #lookOn(): Promise<void> {
    const { clock } = this.#parts
    while (!this.#ended.signal.aborted) {
      await this.#look()
      if (clock.elapsed() - this.#recordedAt > recordEvery) {
        this.#recordedAt = clock.elapsed()
        await this.#site.record().catch(error => this.#trouble(error))
      }
      await clock.wait(lookEvery, this.#ended.signal)
    }
  }

  /** Takes in what changed on the disk since the last look. */
  #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookNow()).catch(error => this.#trouble(error))
    return this.#looking
  }

  async #lookNow(): Promise<void> {
    await this.#site.look()
    await this.#journal.look()
    await this.#site.judgeWhereDue()
  }

  #take(lines: readonly JournalLine[]): void {
    this.#site.touch(lines.map(({ event }) => event))
    this.#emit({ type: 'journal', lines })
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
