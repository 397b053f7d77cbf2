import type { Journal } from '../../archive/journal.ts'
import { BlackstartError } from '../../errors.ts'
import type { NotifyChannel } from '../../site/notify.ts'
import type { Site } from '../../site/site.ts'
import { channelsByKind } from './all.ts'
import { type ChannelState, channelState } from './channel-state.ts'
import { JournalLane } from './journal-lane.ts'
import type { LaneContext, OpenChannel } from './lane.ts'
import { nextDigest } from './next-digest.ts'
import { type Notice, tidyNotice } from './notice.ts'
import { NoticeLane } from './notice-lane.ts'
import { NoticeQueue, type Placed } from './notice-queue.ts'
import { routeNotice } from './route-notice.ts'
import { runLanes, stepLanes } from './run-lanes.ts'
import { testNotice } from './told-notices.ts'

export interface NotifierOptions {
  /** What waits to be sent: `data/notices.sqlite`. */
  readonly file: string
  /** The site folder, where the certificates that the options name lie. */
  readonly folder: string
  /** Of this machine. */
  readonly hostname: string
  readonly journal: Journal
  /** Null where no such secret is set. */
  readonly secret: (name: string) => string | null
  readonly now: () => Date
  /** From 0, below 1. */
  readonly random: () => number
  /** Told of each message that failed, and of notices that were given up; for the node's log. */
  readonly onTrouble: (trouble: { readonly channel: string; readonly message: string }) => void
}

export type NotifiedSite = Pick<Site, 'name' | 'timezone' | 'notify'>

/**
 * Tells people and other systems what the node has to say: from a durable queue, in order per channel, at least once, and
 * in the ordinary case exactly once. It sends while `run` runs.
 */
export interface Notifier extends Disposable {
  /** From now on the channels and rules of that site are in force. What waits for a channel that it does not name is dropped. */
  use(site: NotifiedSite): void
  /** Durable when it returns. A notice whose id was given before is passed over. Throws `disk-full` or `storage`. */
  notify(notices: readonly Notice[]): void
  /** Says that the journal has grown; without it, that is noticed within some seconds. */
  journalGrew(): void
  /** Sends what is due whenever it is, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Sends everything that is due now, and returns when there will be something again (milliseconds since 1970); null for never. */
  deliverDue(signal: AbortSignal): Promise<number | null>
  /** In the order of the site file. */
  state(): readonly ChannelState[]
  /** Sends a message through a channel at once. Throws what stands in its way. */
  test(channel: string, signal: AbortSignal): Promise<void>
  /** Begins the export of the journal to a channel again, at its first line. */
  resendJournal(channel: string): void
}

const limits = { most: 10_000, bytes: 32 * 1024 * 1024 }

/** Opens the queue, and makes it anew where it was damaged, in memory where the disk does not take it. Throws `refused` where another process has it. */
export function openNotifier(options: NotifierOptions, site: NotifiedSite): Notifier {
  return new SiteNotifier(options, site)
}

class SiteNotifier implements Notifier {
  readonly #options: NotifierOptions
  readonly #queue: NoticeQueue
  #site: NotifiedSite
  #lanes: readonly (NoticeLane | JournalLane)[] = []
  #wakeUp: () => void = () => undefined

  constructor(options: NotifierOptions, site: NotifiedSite) {
    this.#options = options
    this.#queue = new NoticeQueue(options.file, limits)
    this.#site = site
    this.use(site)
    if (this.#queue.replaced) this.#tellReplaced()
    if (this.#queue.inMemory !== null) {
      const until = 'Until the next start they are held in memory, and the journal is not exported.'
      options.onTrouble({ channel: 'notices', message: `${this.#queue.inMemory} ${until}` })
    }
  }

  use(site: NotifiedSite): void {
    this.#site = site
    const { channels, journal } = site.notify
    const before = new Map(this.#lanes.map(lane => [lane.name, lane]))
    // a lane that stays keeps what it is just doing
    const lane = <Kept>(name: string, is: (found: unknown) => found is Kept, make: () => Kept): Kept => {
      const found: unknown = before.get(name)
      return is(found) ? found : make()
    }
    this.#lanes = [
      ...channels.map(({ id }) => lane(id, isNoticeLane, () => new NoticeLane(id, this.#context()))),
      // how far it was exported is not known
      ...(this.#queue.inMemory === null ? journal : []).map(id =>
        lane(`journal:${id}`, isJournalLane, () => new JournalLane(id, this.#context())),
      ),
    ]
    this.#queue.retain(channels.map(({ id }) => id))
    this.#wakeUp()
  }

  #context(): LaneContext {
    const { journal, now, random } = this.#options
    return {
      ...{ queue: this.#queue, journal, random, now: () => now().getTime() },
      open: (id: string) => this.#open(this.#channel(id)),
      keep: () => this.#site.notify.keep.total('millisecond'),
      tell: (notice: Notice, except: string) => this.#place([notice], except),
      trouble: (channel: string, message: string) => this.#options.onTrouble({ channel, message }),
    }
  }

  #channel(id: string): NotifyChannel {
    const found = this.#site.notify.channels.find(channel => channel.id === id)
    if (found !== undefined) return found
    throw new BlackstartError(
      'not-found',
      `The site has no channel "${id}". Its channels stand under notify in site.yaml.`,
    )
  }

  #open({ id, via, options }: NotifyChannel): OpenChannel {
    const kind = channelsByKind.get(via)
    if (kind === undefined) throw new BlackstartError('unsupported', `${id}: there is no kind of channel "${via}".`)
    const { folder, hostname, secret } = this.#options
    const { name, timezone } = this.#site
    return { kind, target: { id, options, folder, hostname, site: { name, timezone }, secret: of(id, secret) } }
  }

  notify(notices: readonly Notice[]): void {
    this.#place(notices.map(tidyNotice), null)
    this.#wakeUp()
  }

  #place(notices: readonly Notice[], except: string | null): void {
    const now = this.#options.now()
    const instant = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    const { notify, timezone } = this.#site
    const placed = notices.map((notice): Placed => {
      const routes = routeNotice(notify, notice).filter(({ channel }) => channel !== except)
      return {
        notice,
        to: routes.map(({ channel, digest }) => ({
          lane: channel,
          digest: digest === null ? null : (nextDigest(digest, instant, timezone)?.epochMilliseconds ?? null),
        })),
      }
    })
    for (const [channel, count] of this.#queue.add(placed, now.getTime())) {
      this.#options.onTrouble({ channel, message: `${channel}: ${count} notices were given up: too many wait.` })
    }
  }

  #tellReplaced(): void {
    const time = this.#options.now().toISOString()
    const title = 'The queue of notices was damaged: what waited in it is lost, and the journal is exported again'
    const id = `queue-replaced:${time}`
    this.#place([{ id, time, title, kind: 'node', severity: 'error', ...nothing }], null)
    for (const { id: channel } of this.#site.notify.channels) this.#options.onTrouble({ channel, message: `${title}.` })
  }

  journalGrew(): void {
    for (const lane of this.#lanes) if (lane instanceof JournalLane) lane.grew()
    this.#wakeUp()
  }

  run(signal: AbortSignal): Promise<void> {
    const now = () => this.#options.now().getTime()
    const listen = (wake: () => void) => {
      this.#wakeUp = wake
    }
    return runLanes({ lanes: () => this.#lanes, listen, now }, signal)
  }

  deliverDue(signal: AbortSignal): Promise<number | null> {
    return stepLanes(
      () => this.#lanes,
      () => this.#options.now().getTime(),
      signal,
    )
  }

  state(): readonly ChannelState[] {
    const { channels, journal } = this.#site.notify
    return channels.map(channel => channelState(this.#queue, channel, journal.includes(channel.id)))
  }

  async test(channel: string, signal: AbortSignal): Promise<void> {
    const { kind, target } = this.#open(this.#channel(channel))
    const time = this.#options.now()
    const notice = testNotice(this.#site.name, channel, time)
    const id = notice.id.slice(-32)
    const complaint = await kind.send(target, { id, time, digest: false, notices: [notice] }, signal)
    // it works: what waits for the next attempt need not wait any more
    this.#queue.succeeded(channel, complaint, time.getTime())
    this.#wakeUp()
    if (complaint !== null) throw new BlackstartError('permission', complaint)
  }

  resendJournal(channel: string): void {
    this.#queue.setPosition(`journal:${this.#channel(channel).id}`, null)
    this.journalGrew()
  }

  [Symbol.dispose](): void {
    this.#queue[Symbol.dispose]()
  }
}

const nothing = { subject: null, zone: null, class: null, body: null, facts: {} } as const

const isNoticeLane = (found: unknown): found is NoticeLane => found instanceof NoticeLane
const isJournalLane = (found: unknown): found is JournalLane => found instanceof JournalLane

function of(id: string, secret: NotifierOptions['secret']): (name: string) => string {
  return name => {
    const value = secret(name)
    if (value !== null) return value
    throw new BlackstartError(
      'secret-missing',
      `${id}: there is no secret "${name}". Run: blackstart secrets set ${name}`,
    )
  }
}
