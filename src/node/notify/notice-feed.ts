import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Archive } from '../../archive/archive.ts'
import { compareStored } from '../../archive/compare-stored.ts'
import { findVersion } from '../../archive/find-version.ts'
import type { JournalEnd } from '../../archive/journal.ts'
import type { JournalLine } from '../../archive/journal-event.ts'
import { renderComparison } from '../../compare/render-diff.ts'
import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'
import { writeDurably } from '../../secrets/write-durably.ts'
import type { SiteNode } from '../site-node.ts'
import { JudgementNotices } from './judgement-notices.ts'
import type { Notice } from './notice.ts'
import { type KnownItem, noticesOfLine, type Told } from './notices-of-line.ts'
import type { Notifier } from './notifier.ts'

export interface NoticeFeedOptions {
  /** Where it is kept how far the journal was told. */
  readonly position: string
  readonly onTrouble: (message: string) => void
}

const position = z.object({ seq: z.number(), hash: z.string(), offset: z.number() })
const itself = { name: 'node', from: null } as const
const width = 100
/** Lines after which it is kept how far it was told. */
const atOnce = 200

/**
 * Tells what happens on a running node: what the journal gets, from where it was told last, so that a stop loses and doubles
 * nothing; and what the judgement says, from now on.
 */
export class NoticeFeed implements AsyncDisposable {
  readonly #node: SiteNode
  readonly #notifier: Notifier
  readonly #options: NoticeFeedOptions
  readonly #judgement: JudgementNotices
  readonly #told: Disposable
  readonly #stopped = new AbortController()
  #end: JournalEnd | null
  #failing = new Set<string>()
  #going: Promise<void> = Promise.resolve()

  static async open(node: SiteNode, notifier: Notifier, options: NoticeFeedOptions): Promise<NoticeFeed> {
    // a feed that begins tells nothing of what was before
    const end = (await readPosition(options.position)) ?? (await node.archive(itself).record.catalog.position())
    const feed = new NoticeFeed(node, notifier, options, end)
    feed.#go(() => feed.#tellJournal())
    return feed
  }

  private constructor(node: SiteNode, notifier: Notifier, options: NoticeFeedOptions, end: JournalEnd | null) {
    this.#node = node
    this.#notifier = notifier
    this.#options = options
    this.#end = end
    this.#judgement = new JudgementNotices(node.judged())
    for (const [item, { failure }] of node.judged().facts.items) if (failure !== null) this.#failing.add(item)
    this.#tellNow([this.#judgement.started(node), ...this.#judgement.site(node)])
    this.#told = node.subscribe(event => {
      if (event.type === 'journal') {
        this.#go(() => this.#tellJournal())
        notifier.journalGrew()
      }
      if (event.type === 'judged') this.#tellNow(this.#judgement.of(node.judged()))
      if (event.type === 'integrity') this.#tellNow([this.#judgement.broken(node, event.message)])
      if (event.type === 'site') {
        notifier.use(node.site().site)
        this.#tellNow(this.#judgement.site(node))
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#told[Symbol.dispose]()
    this.#stopped.abort()
    await this.#going
  }

  #go(work: () => Promise<void>): void {
    this.#going = this.#going.then(work).catch(error => this.#beginAnew(error).catch(again => this.#trouble(again)))
  }

  /** Where the journal is sound, and another than it was told from (brought back from the repository), it is told from its end. */
  async #beginAnew(error: unknown): Promise<void> {
    const isOther = error instanceof BlackstartError && error.code === 'integrity' && this.#node.integrity() === null
    if (!isOther || this.#stopped.signal.aborted) throw error
    this.#end = await this.#node.archive(itself).record.catalog.position()
    await this.#keepPosition()
    // whoever keeps the journal gets all of the one that is in force
    for (const channel of this.#node.site().site.notify.journal) this.#notifier.resendJournal(channel)
    this.#trouble(new Error('the journal is another than it was, and is told from its end'))
  }

  async #tellJournal(): Promise<void> {
    const { record } = this.#node.archive(itself)
    let since = 0
    for await (const { line, end } of record.journal.lines(this.#end)) {
      if (this.#stopped.signal.aborted) break
      this.#notifier.notify(await this.#noticesOf(line))
      this.#end = end
      since += 1
      if (since % atOnce === 0) await this.#keepPosition()
    }
    if (since > 0) await this.#keepPosition()
  }

  async #keepPosition(): Promise<void> {
    await writeDurably(this.#options.position, `${JSON.stringify(this.#end)}\n`)
  }

  async #noticesOf(line: JournalLine): Promise<readonly Notice[]> {
    const { event } = line
    if ('item' in event && event.item.startsWith('node/')) return []
    const known = await this.#knownOf(line)
    const told = [...noticesOfLine(line, known), ...this.#recovered(line)]
    if (event.type === 'failed') this.#failing.add(event.item)
    if (event.type === 'captured') this.#failing.delete(event.item)
    return told.map(one => this.#noticeOf(`journal:${line.seq}:${one.kind}:${one.subject ?? ''}`, line.time, one))
  }

  /** Confirmations come many in a line. */
  #recovered({ event }: JournalLine): readonly Told[] {
    if (event.type !== 'confirmed') return []
    const again = Object.keys(event.items).filter(item => this.#failing.delete(item))
    return again.map(item => ({
      ...{ kind: 'recovered', severity: 'notice', subject: item, title: `${item} is read again.` },
      ...{ body: null, facts: {} },
    }))
  }

  async #knownOf({ event }: JournalLine): Promise<KnownItem> {
    const none = { changed: false, difference: null, drifted: false }
    if (!('item' in event)) return { ...none, failing: false }
    const failing = this.#failing.has(event.item)
    if (event.type !== 'captured' || event.outcome !== 'version') return { ...none, failing }
    const archive = this.#node.archive(itself)
    const { catalog } = archive.record
    const before = (await catalog.versions(event.item)).filter(({ id }) => id < event.version).at(-1)
    if (before === undefined) return { ...none, failing }
    const approval = await catalog.approval(event.item)
    const approved = approval === null ? null : await catalog.version(event.item, approval.version)
    const drifted = approved !== null && approved.content !== event.content
    const difference = await this.#difference(archive, event.item, before.id, event.version)
    return { changed: true, difference, drifted, failing }
  }

  async #difference(archive: Archive, item: string, from: string, to: string): Promise<string | null> {
    const { signal } = this.#stopped
    try {
      const before = await findVersion(archive.record, item, from)
      const after = await findVersion(archive.record, item, to)
      return renderComparison(await compareStored(archive, before, after, 3, signal), { colour: false, width })
    } catch (error) {
      if (signal.aborted || !(error instanceof BlackstartError)) throw error
      return `The difference cannot be shown: ${error.message}`
    }
  }

  #noticeOf(id: string, time: string, told: Told): Notice {
    const { index, judgement } = this.#node.judged()
    const asset = told.subject?.split('/')[0] ?? null
    const found = asset === null ? undefined : index.site.assets.find(one => one.id === asset)
    const cls = found === undefined ? null : judgement.criticality.classOf(found.id)
    return { ...told, id, time, zone: found?.zone ?? null, class: cls }
  }

  #tellNow(notices: readonly Notice[]): void {
    try {
      this.#notifier.notify(notices)
    } catch (error) {
      this.#trouble(error)
    }
  }

  #trouble(error: unknown): void {
    if (!this.#stopped.signal.aborted) this.#options.onTrouble(`Nobody can be told of what happens: ${reasonOf(error)}`)
  }
}

async function readPosition(file: string): Promise<JournalEnd | null> {
  try {
    return position.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}
