import type { Archive } from '../../archive/archive.ts'
import { BlackstartError, reasonOf } from '../../errors.ts'
import { type AssetItem, findItem, itemsOf } from '../../site/item-lookup.ts'
import type { Clock } from '../schedule/clock.ts'
import { createItemPace } from '../schedule/item-pace.ts'
import type { ItemPace } from '../schedule/next-due.ts'
import { Scheduler } from '../schedule/scheduler.ts'
import type { Actor, CaptureRequest, WriteRequest } from '../site-node.ts'
import type { SiteWatch } from '../site-watch.ts'
import { actorText } from '../views/actor-parts.ts'
import { CaptureRunner } from './capture-runner.ts'
import { takeOverRuns } from './interrupted-runs.ts'
import { ItemReader } from './item-reader.ts'
import { LiveRuns } from './live-runs.ts'
import { needsNoWrite } from './needs-no-write.ts'
import { recordStop } from './record-stop.ts'
import type { Run, RunReason } from './run.ts'
import { RunBook } from './run-book.ts'
import { runSettings } from './run-settings.ts'
import type { RunStore } from './run-store.ts'
import { writeRun } from './write-run.ts'

export interface NodeRunsParts {
  readonly site: SiteWatch
  readonly store: RunStore
  readonly clock: Clock
  readonly random: (n: number) => Uint8Array
  /** How many devices are read at once, instead of what the site file says. */
  readonly concurrency: number | null
  /** What is recorded through it is recorded as that person's. */
  readonly archive: (by: Actor) => Archive
  /** Takes in what changed on the disk. */
  readonly look: () => Promise<void>
  readonly onRun: (run: Run) => void
  readonly onTrouble: (message: string) => void
  /** Takes work that goes on beside everything else. */
  readonly go: (work: Promise<unknown>) => void
  /** Aborts when the node ends. */
  readonly ended: AbortSignal
}

/** What the node reads from its devices and writes to them: by its schedule, and as it is asked to. */
export class NodeRuns {
  readonly #parts: NodeRunsParts
  readonly #book: RunBook
  readonly #runner: CaptureRunner
  readonly #scheduler: Scheduler
  readonly #stopping = new Map<string, Promise<boolean>>()
  #pace: (of: AssetItem) => ItemPace = () => ({ interval: 3_600_000, captureTime: 60_000 })

  constructor(parts: NodeRunsParts) {
    const { site, store, clock, random, concurrency, look, onRun, onTrouble, go, ended } = parts
    this.#parts = parts
    this.#book = new RunBook({ live: new LiveRuns(clock, random, onRun), store, ended })
    this.#runner = new CaptureRunner(site.archive(), runSettings, results => {
      for (const { error } of results) if (error !== null) onTrouble(error.message)
    })
    const archive = () => site.archive()
    const reader = new ItemReader({ book: this.#book, runner: this.#runner, archive, look, ended, go, onTrouble })
    this.#scheduler = new Scheduler({
      clock,
      concurrency: () => concurrency ?? archive().site.node.readers,
      pace: of => this.#pace(of),
      lastCapture: item => this.#lastCapture(item),
      read: (of, reason, asked) => reader.read(of, reason, asked),
      onMistake: error => onTrouble(reasonOf(error)),
    })
  }

  /** Asks again for what the node's last end interrupted, and goes by the schedule until the node ends. */
  async begin(): Promise<void> {
    const { site, store, go, ended } = this.#parts
    this.takeSite()
    const again = await takeOverRuns(site.archive(), store, site.judged().facts)
    for (const run of again.runs) this.#ask(run.item, run.reason, run.ignoreQuiet)
    for (const id of again.ids) store.remove(id)
    go(this.#scheduler.run(ended))
  }

  /** The scheduler works with the site in force from now on. */
  takeSite(): void {
    const { site: watch } = this.#parts
    const { site } = watch.archive()
    const pace = createItemPace(watch.judged().index)
    this.#pace = of => pace(of, watch.judged().facts.items.get(of.id))
    for (const id of this.#scheduler.replace(itemsOf(site), site.timezone)) this.#book.drop(id)
  }

  /** Ends once nothing is read for another archive than the watched one. */
  takeArchive(): Promise<void> {
    return this.#runner.replace(this.#parts.site.archive())
  }

  /** Newest first. */
  all(): readonly Run[] {
    return this.#book.all()
  }

  due(): ReadonlyMap<string, Temporal.Instant> {
    const due = this.#scheduler.due()
    return new Map([...due].map(([item, at]) => [item, Temporal.Instant.fromEpochMilliseconds(Math.round(at))]))
  }

  capture({ items, by, ignoreQuiet }: CaptureRequest): readonly Run[] {
    for (const item of items) this.#itemOf(item)
    // what is being read may be what it was before somebody changed it
    const waiting = this.#book.waiting()
    return items.map(item => waiting.get(item) ?? this.#ask(item, { kind: 'person', name: actorText(by) }, ignoreQuiet))
  }

  trigger(items: readonly string[], trigger: string, seen: string): readonly Run[] {
    const waiting = this.#book.waiting()
    const { site } = this.#parts.site.inForce()
    return items
      .filter(item => findItem(site, item) !== null && !waiting.has(item))
      .map(item => this.#ask(item, { kind: 'trigger', trigger, seen }, false))
  }

  writeToDevice({ item, version, by, ...terms }: WriteRequest): { run: Run; ended: Promise<Run> } {
    const { go, ended } = this.#parts
    const parts = { book: this.#book, scheduler: this.#scheduler, archive: () => this.#parts.archive(by), ended }
    const of = this.#itemOf(item)
    needsNoWrite(this.#book.all(), this.#parts.site.inForce().site, item)
    const person: RunReason = { kind: 'person', name: actorText(by) }
    const write = writeRun(parts, { of, version, by: person, terms })
    go(write.ended)
    return write
  }

  /** As `SiteNode.stop`. */
  stop(id: string, by: Actor): Promise<boolean> {
    const stopping = this.#stopping.get(id) ?? this.#stop(id, by).finally(() => this.#stopping.delete(id))
    this.#stopping.set(id, stopping)
    return stopping
  }

  async #stop(id: string, by: Actor): Promise<boolean> {
    const isWaiting = this.#scheduler.takeBack(id)
    const run = isWaiting ? this.#book.drop(id, actorText(by)) : await this.#book.stop(id, actorText(by))
    if (run === null || run.stoppedBy === null) return false
    await recordStop(this.#parts.archive(by), run)
    return true
  }

  /** Captures the node's own items now. */
  captureOwn(): Promise<void> {
    return this.#runner.captureOwn(this.#parts.ended)
  }

  /** Stores what was read whole. */
  rest(): Promise<void> {
    return this.#runner.rest()
  }

  #ask(item: string, reason: RunReason, ignoreQuiet: boolean): Run {
    const run = this.#book.add({ item, does: 'capture', reason, expectedBytes: null })
    this.#book.note(run, ignoreQuiet)
    return this.#scheduler.ask(item, { reason, ignoreQuiet, run: run.id }) ? run : this.#book.drop(run.id)
  }

  #lastCapture(item: string): number | null {
    const known = this.#parts.site.judged().facts.items.get(item)
    const times = [known?.lastConfirmed, known?.failure?.time].filter(time => time !== null && time !== undefined)
    return times.length === 0 ? null : Math.max(...times.map(time => time.epochMilliseconds))
  }

  #itemOf(id: string): AssetItem {
    const of = findItem(this.#parts.site.inForce().site, id)
    if (of !== null) return of
    throw new BlackstartError('not-found', `site.yaml has no item ${id}.`)
  }
}
