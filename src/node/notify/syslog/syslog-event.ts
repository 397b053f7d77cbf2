import type { Fact, Severity } from '../notice.ts'

/** What becomes one message of syslog, in whichever format. */
export interface SyslogEvent {
  readonly severity: Severity
  /** ISO 8601, UTC. */
  readonly time: string
  /** What kind of thing it is: `drift`, `approved` … */
  readonly type: string
  /** The same however often the same message is sent. */
  readonly id: string
  /** One line for a person. */
  readonly text: string
  /** Who did it; null where nobody is named. */
  readonly actor: string | null
  readonly subject: string | null
  readonly result: string | null
  /** The number of a line of the journal. */
  readonly seq: number | null
  readonly details: readonly (readonly [name: string, value: Fact])[]
}

export interface SyslogSender {
  readonly facility: number
  readonly hostname: string
  readonly timezone: string
  readonly version: string
}

/** Characters of one value, and whether the details are in: what is tried, from the most to the least, until the message fits. */
const attempts: readonly (readonly [cap: number, withDetails: boolean])[] = [
  ...([4000, 1000, 250, 60, 20] as const).map(cap => [cap, true] as const),
  ...([60, 20, 8] as const).map(cap => [cap, false] as const),
]

/** The first of the builds that is not larger than `size`, of 480 at least; else the least, which is not. */
export function fitted(size: number, build: (cap: number, withDetails: boolean) => Buffer): Buffer {
  for (const [cap, withDetails] of attempts) {
    const message = build(cap, withDetails)
    if (message.length <= size) return message
  }
  return build(3, false)
}

/** The beginning of a value, no character torn apart. */
export function capped(text: string, cap: number): string {
  // most are short, and taking them apart costs more than measuring
  if (text.length <= cap) return text
  const characters = Array.from(text)
  return characters.length <= cap ? text : `${characters.slice(0, cap - 1).join('')}…`
}

/** Syslog wants names and host names of visible ASCII. */
export function visibleAscii(text: string, longest: number): string {
  const shown = text.replace(/[^\x21-\x7e]/g, '_').slice(0, longest)
  return shown === '' ? '-' : shown
}

/** Control characters as `#010`, their octal number, as RFC 5424, section 8.2, has it; so a line stays one. */
export function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, character => `#${character.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
