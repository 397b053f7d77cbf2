import type { ZodType } from 'zod'
import type { JournalLine } from '../../archive/journal-event.ts'
import type { NeededConnection } from '../../policy/facts.ts'
import type { Notice } from './notice.ts'

/** One channel of the site, as its kind sees it. */
export interface ChannelTarget<Options> {
  /** With which every error's sentence begins. */
  readonly id: string
  readonly options: Options
  /** The site folder; relative paths in `options` start here. */
  readonly folder: string
  /** Of this machine. */
  readonly hostname: string
  readonly site: { readonly name: string; readonly timezone: string }
  /** The secret of that name. Throws `secret-missing`, which names the command that sets it. */
  secret(name: string): string
}

export interface Outgoing {
  /** 32 hexadecimal digits, the same however often the same message is sent. */
  readonly id: string
  /** When it is sent. */
  readonly time: Date
  readonly digest: boolean
  /** At least one, oldest first. */
  readonly notices: readonly Notice[]
}

/** A way to tell people or another system. Errors are BlackstartErrors whose sentence begins with `target.id`; they hold no secret. */
export interface Channel<Options> {
  readonly kind: string
  /** The channel's `options` in the site file; strict, so that an unknown key is an error. */
  readonly options: ZodType<Options>
  /** How many notices one message holds at most. */
  readonly most: number
  /** Whether what comes soon after a message waits, and is gathered into the next one: people read it. */
  readonly gathers: boolean
  /** What it opens, for the firewall: the words of conduits, as `blackstart flows` has them. */
  connection(options: Options): NeededConnection
  /**
   * Resolves once the receiver has taken the message, with what it refused of it all the same (a recipient), or null.
   * Throws `refused` where the receiver will not take this message, however often it is sent.
   */
  send(target: ChannelTarget<Options>, message: Outgoing, signal: AbortSignal): Promise<string | null>
  /** Sends lines of the journal, in order. Absent where this kind cannot. */
  sendJournal?(target: ChannelTarget<Options>, lines: readonly JournalLine[], signal: AbortSignal): Promise<void>
}
