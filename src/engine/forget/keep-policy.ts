import { type CalendarSpan, isZero, spanText } from './calendar-span.ts'

export const periods = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
export type Period = (typeof periods)[number]

/** How many to keep; 0 is none. */
export type KeepCount = number | 'unlimited'

/** restic's keep rules. A snapshot stays where any of them keeps it; what is left out keeps nothing. */
export interface KeepPolicy {
  /** The newest so many. */
  readonly last?: KeepCount
  /** Of so many hours, days, ISO weeks, months, years that have snapshots, the newest one each. */
  readonly count?: Partial<Record<Period, KeepCount>>
  /** All that are newer than this before the newest. */
  readonly within?: CalendarSpan
  /** Of each hour, day, … that is newer than this before the newest, the newest one. */
  readonly withinPeriod?: Partial<Record<Period, CalendarSpan>>
  /** Those that have every tag of one of these lists. */
  readonly tags?: readonly (readonly string[])[]
}

/** True where no rule keeps anything. */
export function isEmptyPolicy(policy: KeepPolicy): boolean {
  const counts = [policy.last, ...Object.values(policy.count ?? {})]
  const spans = [policy.within, ...Object.values(policy.withinPeriod ?? {})]
  return (
    (policy.tags ?? []).length === 0 &&
    counts.every(count => (count ?? 0) === 0) &&
    spans.every(span => span === undefined || isZero(span))
  )
}

/** The rules in words: `3 latest, all daily snapshots and all snapshots within 1y of the newest`. Empty for an empty policy. */
export function policyText(policy: KeepPolicy): string {
  const counts = [countText(policy.last, 'latest'), ...periods.map(period => countText(policy.count?.[period], period))]
  const counted = counts.filter(text => text !== '')
  const spans = periods.flatMap(period => {
    const span = policy.withinPeriod?.[period]
    return span === undefined || isZero(span) ? [] : [`${period} snapshots within ${spanText(span)}`]
  })
  const parts = [
    [...(counted.length === 0 ? [] : [`${counted.join(', ')} snapshots`]), ...spans].join(', '),
    policy.tags?.length ? `all snapshots with tags ${policy.tags.map(tagsText).join(' or ')}` : '',
    policy.within === undefined || isZero(policy.within)
      ? ''
      : `all snapshots within ${spanText(policy.within)} of the newest`,
  ]
  return parts.filter(part => part !== '').join(' and ')
}

/** `[one, two]`, as restic writes a list of tags. */
export function tagsText(tags: readonly string[]): string {
  return `[${tags.join(', ')}]`
}

function countText(count: KeepCount | undefined, what: string): string {
  if (count === undefined || count === 0) return ''
  return `${count === 'unlimited' ? 'all' : count} ${what}`
}
