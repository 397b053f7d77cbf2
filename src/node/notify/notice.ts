import type { NoticeClass, NoticeKind } from '../../site/notify.ts'
import { plainBlock, plainLine } from './plain-text.ts'

/** As syslog names them (RFC 5424, section 6.2.1); the place in this list is its number. */
export const severities = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const
export type Severity = (typeof severities)[number]

export type Fact = string | number | boolean | null

/** Something that somebody may want to be told. All of it may be shown: whoever makes one has taken the secrets out. */
export interface Notice {
  /** The same for the same event, however often it is told of: one that was accepted before is not told again. */
  readonly id: string
  readonly kind: NoticeKind
  readonly severity: Severity
  /** When it happened; ISO 8601, UTC. */
  readonly time: string
  /** The item (`asset/item`), asset, process or place that it is about; null where it is about the node or the site. */
  readonly subject: string | null
  readonly zone: string | null
  readonly class: NoticeClass | null
  /** One line. */
  readonly title: string
  /** Several lines, such as a rendered difference. */
  readonly body: string | null
  readonly facts: Readonly<Record<string, Fact>>
}

const longestTitle = 300
const mostFacts = 40
const longestFact = 1000
/** Bytes of UTF-8. */
const longestBody = 65_536

/** As it is kept and sent: without control characters, and no longer than a reader bears. */
export function tidyNotice(notice: Notice): Notice {
  const facts = Object.entries(notice.facts)
    .slice(0, mostFacts)
    .map(([name, value]): [string, Fact] => [
      plainLine(name, 60),
      typeof value === 'string' ? plainLine(value, longestFact) : value,
    ])
  return {
    ...notice,
    id: plainLine(notice.id, 200),
    subject: notice.subject === null ? null : plainLine(notice.subject, 200),
    title: plainLine(notice.title, longestTitle),
    body: notice.body === null ? null : capLines(plainBlock(notice.body), longestBody),
    facts: Object.fromEntries(facts),
  }
}

/** The first lines, as many as fit into that many bytes with a last one that says what was cut. */
export function capLines(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const lines = text.split('\n')
  let room = bytes - 80
  let kept = 0
  for (const line of lines) {
    room -= Buffer.byteLength(line) + 1
    if (room < 0) break
    kept += 1
  }
  const shown = kept === 0 ? `${firstBytes(lines[0] ?? '', bytes - 80)}\n` : `${lines.slice(0, kept).join('\n')}\n`
  const left = lines.length - kept
  return `${shown}[cut here: ${left} of ${lines.length} lines are not shown]`
}

/** The beginning of a text, no character torn apart. */
function firstBytes(text: string, bytes: number): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, Math.max(0, bytes)), { stream: true })
}
