import type { Archive } from '../archive/archive.ts'
import type { JournalEvent } from '../archive/journal-event.ts'
import type { Site } from '../site/site.ts'
import { Judging } from './judging.ts'
import type { SiteAccess } from './load-site.ts'
import { archiveOf } from './open-site.ts'
import type { Clock } from './schedule/clock.ts'
import { changeOf, type SiteFile } from './site-file.ts'
import type { Judged, NodeEvent, SiteInForce } from './site-node.ts'
import { type WatchedArchive, watchArchive } from './watch-archive.ts'

export interface SiteWatchParts {
  readonly archive: Archive
  readonly access: SiteAccess
  readonly clock: Clock
  readonly file: SiteFile
  /** As `changeOf` has it. */
  readonly secrets: string
  /** The archive is another: what is read from now on is read for it. `letGo` once nothing is read for the one before. */
  readonly onArchive: (letGo: () => Promise<void>) => void
  /** Another site is in force, and judged. */
  readonly onSite: () => void
  readonly emit: (event: NodeEvent) => void
}

/** Milliseconds after which time alone may have changed a judgement, or a file that was rejected is tried again. */
const judgeEvery = 30_000

/** The site file and the secrets as they change on the disk; the archive and the judgement that go with what is in force. */
export class SiteWatch implements Disposable {
  readonly #parts: SiteWatchParts
  readonly #file: SiteFile
  #watched: WatchedArchive
  #judging: Judging
  /** As `changeOf` has it. */
  #secrets: string
  /** Something happened that was not judged. */
  #isTouched = false
  #triedAt = 0
  #judgedAt = 0

  constructor(parts: SiteWatchParts) {
    this.#parts = parts
    this.#file = parts.file
    this.#secrets = parts.secrets
    this.#watched = watchArchive(parts.archive)
    this.#judging = new Judging(this.#watched.archive, 0)
  }

  inForce(): SiteInForce {
    return this.#file.inForce()
  }

  /** Its connectors are watched for the connections that they open. */
  archive(): Archive {
    return this.#watched.archive
  }

  /** The newest; `judge` must have been called once. */
  judged(): Judged {
    return this.#judging.newest()
  }

  /** As `SiteFile.write`. */
  write(text: string, etag: string): Promise<void> {
    return this.#file.write(text, etag)
  }

  /** Records the connections that were opened since the last time. */
  record(): Promise<void> {
    return this.#watched.record()
  }

  touch(events: readonly JournalEvent[]): void {
    this.#isTouched = true
    this.#judging.touch(events)
  }

  async judgeWhereDue(): Promise<void> {
    if (this.#isTouched || this.#parts.clock.elapsed() - this.#judgedAt > judgeEvery) await this.judge()
  }

  async judge(): Promise<void> {
    this.#judgedAt = this.#parts.clock.elapsed()
    this.#isTouched = false
    const { number } = await this.#judging.again()
    this.#parts.emit({ type: 'judged', number })
  }

  /** Takes in what changed on the disk since the last look. */
  async look(): Promise<void> {
    const secrets = await changeOf(this.archive().paths.secrets)
    const areOthers = secrets !== this.#secrets
    this.#secrets = secrets
    const found = await this.#file.look()
    if (found === null) await this.#tryAgain()
    if (found?.kind === 'site') await this.#changeTo(found.site)
    else if (areOthers) this.#replaceArchive(await archiveOf(this.archive(), this.archive().site, this.#parts.access))
    if (found !== null) this.#tell()
  }

  async #tryAgain(): Promise<void> {
    const rejected = this.#file.rejected()
    if (rejected === null || this.#parts.clock.elapsed() - this.#triedAt <= judgeEvery) return
    await this.#changeTo(rejected)
    if (this.inForce().refused === null) this.#tell()
  }

  #tell(): void {
    const { etag, refused } = this.inForce()
    this.#parts.emit({ type: 'site', etag, problems: refused?.problems.length ?? 0 })
  }

  async #changeTo(site: Site): Promise<void> {
    this.#triedAt = this.#parts.clock.elapsed()
    try {
      const archive = await archiveOf(this.archive(), site, this.#parts.access)
      const judging = new Judging(archive, this.judged().number)
      const { number } = await judging.again()
      this.#replaceArchive(archive)
      this.#judging = judging
      await this.#file.accept()
      this.#parts.onSite()
      this.#parts.emit({ type: 'judged', number })
    } catch (error) {
      this.#file.reject(error)
    }
  }

  #replaceArchive(archive: Archive): void {
    const before = this.#watched
    this.#watched = watchArchive({ ...archive, connectors: this.#parts.archive.connectors })
    this.#parts.onArchive(async () => {
      await before.record()
      before[Symbol.dispose]()
    })
  }

  [Symbol.dispose](): void {
    this.#watched[Symbol.dispose]()
  }
}
