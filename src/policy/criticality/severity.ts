import type { FailureMode, Score } from '../../site/site.ts'
import { highest } from './matrix.ts'

export const dimensions = ['safety', 'environment', 'production', 'quality'] as const
export type Dimension = (typeof dimensions)[number]

/** What S rests on. */
export interface SeverityFacts {
  readonly score: Score
  /** Those that have this score; none where it is 1, no harm. */
  readonly dimensions: readonly Dimension[]
}

/** What a severity means, after "at worst". */
export const severityWords: Readonly<Record<Score, string>> = {
  1: 'no harm',
  2: 'minor, over within the shift',
  3: 'a line stops, within its MTD',
  4: 'a process stops beyond its MTD',
  5: 'people or environment harmed, or the site stops beyond its MTD',
}

export function severityOf({ severity }: FailureMode): SeverityFacts {
  const score = highest(dimensions.map(dimension => severity[dimension]))
  return { score, dimensions: score === 1 ? [] : dimensions.filter(dimension => severity[dimension] === score) }
}
