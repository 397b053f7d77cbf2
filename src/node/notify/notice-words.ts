import type { NoticeKind } from '../../site/notify.ts'
import type { Notice } from './notice.ts'

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

/** How many there are of each kind, the most frequent first: `3 drift, 1 failure`. */
export function countWords(notices: readonly Notice[]): string {
  const counts = Map.groupBy(notices, kindOf)
  return [...counts]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([kind, those]) => `${those.length} ${kind.toLowerCase()}`)
    .join(', ')
}

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
