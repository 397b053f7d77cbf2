import type { Asset, Exposure, Score } from '../../site/site.ts'
import { highest } from './matrix.ts'
import type { Reachability } from './reachability.ts'

/** How much of its service life an asset has used; the words of each score. */
const lifeBands = ['under 25 %', 'under 50 %', 'under 75 %', 'under 100 %', 'beyond it'] as const
export type LifeBand = (typeof lifeBands)[number]

export interface LifeUsed {
  readonly score: Score
  /** ISO dates: into service, and the day from which it is beyond its life. */
  readonly since: string
  readonly ends: string
  readonly used: LifeBand
}

/** What O_f rests on. */
export interface OccurrenceFacts {
  readonly score: Score
  /** Null: not stated. */
  readonly life: LifeUsed | null
  /** ISO dates of the last five years, as the file lists them. */
  readonly failed: readonly string[]
}

/** What O_c rests on. */
export interface CyberFacts {
  readonly score: Score
  readonly reachability: Reachability
  readonly weaknesses: readonly { readonly exposure: Exposure; readonly score: Score }[]
  /** Whether the weaknesses count: they do where somebody can get at them. */
  readonly exploitable: boolean
}

const lifeScores = [1, 2, 3, 4] as const

/** The part of its service life that is used on that day; null where the site does not state it. */
export function lifeUsed({ life }: Asset, today: Temporal.PlainDate): LifeUsed | null {
  if (life === null) return null
  const whole = Math.floor(life.years)
  const ends = life.since.add({ years: whole, days: Math.round((life.years - whole) * 365.25) })
  const share = life.since.until(today).days / life.since.until(ends).days
  const score = lifeScores.find(quarter => share < quarter / 4) ?? 5
  return { score, since: life.since.toString(), ends: ends.toString(), used: lifeBands[score - 1] ?? 'beyond it' }
}

/** O_f. A life that is not stated counts as 3: neither new nor worn out. */
export function occurrence(
  life: LifeUsed | null,
  failures: readonly Temporal.PlainDate[],
  today: Temporal.PlainDate,
): OccurrenceFacts {
  const since = today.subtract({ years: 5 })
  const { compare } = Temporal.PlainDate
  const failed = failures.filter(date => compare(date, since) >= 0 && compare(date, today) <= 0)
  const byFailures = failed.length === 0 ? 1 : failed.length === 1 ? 3 : failed.length === 2 ? 4 : 5
  return { score: highest([life?.score ?? 3, byFailures]), life, failed: failed.map(date => date.toString()) }
}

const weaknessScores: Readonly<Partial<Record<Exposure, Score>>> = {
  'open-writes': 3,
  'shared-credentials': 3,
  obsolete: 4,
  'known-exploited': 5,
}

/** O_c of an asset. */
export function cyberOccurrence(reachability: Reachability, exposure: readonly Exposure[]): CyberFacts {
  const weaknesses = exposure.flatMap(one => {
    const score = weaknessScores[one]
    return score === undefined ? [] : [{ exposure: one, score }]
  })
  const exploitable = reachability.score >= 2
  const counted = exploitable ? weaknesses.map(({ score }) => score) : []
  return { score: highest([reachability.score, ...counted]), reachability, weaknesses, exploitable }
}
