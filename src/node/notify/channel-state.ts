import type { NotifyChannel } from '../../site/notify.ts'
import type { LaneRecord, NoticeQueue } from './notice-queue.ts'

/** How it stands with what is sent through a channel. Times are ISO 8601, UTC. */
interface Progress {
  readonly lastSuccess: string | null
  /** The sentence names the remedy, and no secret. It may be older than the last success. */
  readonly lastError: { readonly time: string; readonly message: string } | null
  /** In a row. */
  readonly failures: number
  readonly nextTry: string | null
}

export interface ChannelState extends Progress {
  readonly id: string
  /** Its kind. */
  readonly via: string
  /** Notices, those of digests that are not due included. */
  readonly waiting: number
  readonly digests: number
  /** When the oldest of them happened. */
  readonly oldest: string | null
  /** Notices that were given up since the queue was begun. */
  readonly givenUp: number
  /** Null where the journal does not go there. */
  readonly journal: (Progress & { readonly seq: number }) | null
}

export function channelState(queue: NoticeQueue, { id, via }: NotifyChannel, journal: boolean): ChannelState {
  const lane = queue.lane(id)
  const { notices, digests, oldest } = queue.waiting(id)
  return {
    ...{ id, via, digests, waiting: notices, oldest: timeOf(oldest), givenUp: lane.givenUpTotal },
    ...progressOf(lane),
    journal: journal ? journalState(queue.lane(`journal:${id}`)) : null,
  }
}

function journalState(lane: LaneRecord): Progress & { readonly seq: number } {
  const seq = lane.position === null ? 0 : Number(JSON.parse(lane.position).seq)
  return { seq, ...progressOf(lane) }
}

function progressOf({ lastSuccess, lastError, lastErrorAt, failures, nextTry }: LaneRecord): Progress {
  const error = lastError === null ? null : { time: timeOf(lastErrorAt ?? 0) ?? '', message: lastError }
  return { lastSuccess: timeOf(lastSuccess), lastError: error, failures, nextTry: timeOf(nextTry) }
}

function timeOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString()
}
