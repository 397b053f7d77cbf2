import { type Score, scores } from '../../site/site.ts'
import { type Class, classes } from '../class.ts'

/** By S, then P: REQUIREMENTS.md, criticality. */
const matrix: Readonly<Record<Score, Readonly<Record<Score, Class>>>> = {
  1: { 1: 'low', 2: 'low', 3: 'low', 4: 'low', 5: 'medium' },
  2: { 1: 'low', 2: 'low', 3: 'medium', 4: 'medium', 5: 'medium' },
  3: { 1: 'low', 2: 'medium', 3: 'medium', 4: 'high', 5: 'high' },
  4: { 1: 'medium', 2: 'medium', 3: 'high', 4: 'high', 5: 'very high' },
  5: { 1: 'high', 2: 'high', 3: 'high', 4: 'very high', 5: 'very high' },
}

/** The class of a severity and a probability. */
export function classFor(s: Score, p: Score): Class {
  return matrix[s][p]
}

/** The gravest first. */
export function compareClasses(a: Class, b: Class): number {
  return classes.indexOf(a) - classes.indexOf(b)
}

/** The greatest score; 1, the least there is, of none. */
export function highest(given: readonly Score[]): Score {
  let most: Score = 1
  for (const score of given) if (score > most) most = score
  return most
}

export interface MatrixCell {
  readonly s: Score
  readonly p: Score
  readonly class: Class
  /** Ids of what lies in it, in the order given. */
  readonly ids: readonly string[]
}

/** All 25 cells, the gravest severity first, then by probability. */
export function fillMatrix(
  scored: readonly { readonly id: string; readonly s: Score; readonly p: Score }[],
): MatrixCell[] {
  const byCell = Map.groupBy(scored, ({ s, p }) => s * 10 + p)
  return scores
    .toReversed()
    .flatMap(s =>
      scores.map(p => ({ s, p, class: classFor(s, p), ids: (byCell.get(s * 10 + p) ?? []).map(({ id }) => id) })),
    )
}
