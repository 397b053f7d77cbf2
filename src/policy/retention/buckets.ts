import type { KeepRules } from '../../site/site.ts'

export const bucketKinds = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
export type BucketKind = (typeof bucketKinds)[number]

/** The hours, days, ISO weeks, months and years of a site's clock that the rules reach back to, counted from now. */
export interface Buckets {
  /**
   * A number that all times of one bucket share; null for a time that is in none: too old, or in the future. Times are epoch
   * milliseconds, and `offset` how far the site's clock is ahead of UTC then, as `offset` tells.
   */
  bucketOf(kind: BucketKind, time: number, offset: number): number | null
  /** Milliseconds; constant from one change of the clock to the next. */
  offset(time: number): number
  /** Epoch milliseconds from which on the bucket is too old. */
  lapse(kind: BucketKind, bucket: number): number
}

const hour = 3_600_000
const day = 24 * hour

/**
 * By age, not by count of what is there: `hourly: 24` is the hour that the site's clock shows now and the 23 before it, whether
 * anything was captured in them or not. Hours are counted by elapsed time: where the clock is set back the repeated hour counts
 * twice, where it is set forward the hour that does not exist is none. Times up to `latest` that lie ahead belong to now.
 */
export function createBuckets(rules: KeepRules, timezone: string, now: number, latest: number): Buckets {
  const offset = createOffset(timezone)
  const current = new Map(bucketKinds.map(kind => [kind, numberOf(kind, now, offset(now))]))
  return {
    offset,
    bucketOf(kind, time, ahead) {
      if (time > latest) return null
      const newest = current.get(kind) ?? 0
      const number = Math.min(newest, numberOf(kind, time, ahead))
      const reach = kind === 'hourly' ? rules.hourly * hour : rules[kind]
      return number > newest - reach ? number : null
    },
    lapse(kind, bucket) {
      return kind === 'hourly' ? bucket + rules.hourly * hour : startOf(kind, bucket + rules[kind], timezone)
    },
  }
}

/** For hours the epoch milliseconds of their start; else days, weeks, months and years since 1970 by the site's clock. */
function numberOf(kind: BucketKind, time: number, offset: number): number {
  const local = time + offset
  if (kind === 'hourly') return time - modulo(local, hour)
  const days = Math.floor(local / day)
  if (kind === 'daily') return days
  // ISO weeks begin on Mondays; 1970-01-01 was a Thursday
  if (kind === 'weekly') return Math.floor((days + 3) / 7)
  const date = new Date(local)
  const years = date.getUTCFullYear() - 1970
  return kind === 'yearly' ? years : years * 12 + date.getUTCMonth()
}

/** Epoch milliseconds at which the site's clock enters the day, week, month or year of that number. */
function startOf(kind: Exclude<BucketKind, 'hourly'>, number: number, timezone: string): number {
  const epoch = Temporal.PlainDate.from('1970-01-01')
  const date = {
    daily: () => epoch.add({ days: number }),
    weekly: () => epoch.add({ days: number * 7 - 3 }),
    monthly: () => epoch.add({ months: number }),
    yearly: () => epoch.add({ years: number }),
  }[kind]()
  return date.toZonedDateTime(timezone).epochMilliseconds
}

/** Clocks are set at whole quarters of an hour UTC, since 1972 everywhere: each quarter is looked up once. */
function createOffset(timezone: string): (time: number) => number {
  const known = new Map<number, number>()
  return time => {
    const quarter = Math.floor(time / 900_000)
    const found = known.get(quarter)
    if (found !== undefined) return found
    const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(
      Math.max(quarter * 900_000, -8.64e15),
    ).toZonedDateTimeISO(timezone)
    const offset = offsetNanoseconds / 1_000_000
    known.set(quarter, offset)
    return offset
  }
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
