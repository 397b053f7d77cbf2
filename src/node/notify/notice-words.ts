import type { NoticeKind } from '../../site/notify.ts'
import { type Notice, severities } from './notice.ts'

const kindWords: Readonly<Record<NoticeKind, string>> = {
  change: 'Change',
  'unexpected-change': 'Unexpected change',
  drift: 'Drift',
  failure: 'Failure',
  recovered: 'Recovered',
  stale: 'Stale',
  verdict: 'Verdict',
  integrity: 'Integrity',
  restore: 'Restore',
  'break-glass': 'Break glass',
  'site-invalid': 'Invalid site file',
  person: 'People',
  node: 'Node',
}

export function kindOf(notice: Notice): string {
  return kindWords[notice.kind]
}

/** How many there are of each kind, the gravest first, then the most frequent: `1 break glass, 3 drift, 2 failure`. */
export function countWords(notices: readonly Notice[]): string {
  const counts = Map.groupBy(notices, kindOf)
  return [...counts]
    .sort(([, a], [, b]) => gravest(a) - gravest(b) || b.length - a.length)
    .map(([kind, those]) => `${those.length} ${kind.toLowerCase()}`)
    .join(', ')
}

const gravest = (notices: readonly Notice[]) => Math.min(...notices.map(({ severity }) => severities.indexOf(severity)))

/** By the clock of the site: `2026-11-23 06:00:12`. */
export function localTime(time: string, timezone: string): string {
  const local = Temporal.Instant.from(time).toZonedDateTimeISO(timezone)
  return local.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ')
}

/** What it is about: `plc-filler/program · zone cell-a · class high`. */
export function aboutWords({ subject, zone, class: cls }: Notice): string {
  return [subject, zone === null ? null : `zone ${zone}`, cls === null ? null : `class ${cls}`]
    .filter(part => part !== null)
    .join(' · ')
}
