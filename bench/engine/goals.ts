import type { PeerName } from './peers/all.ts'

/** What one peer needed in one step: medians of the rounds. */
export interface Figures {
  readonly wall: number
  /** The shortest and the longest. */
  readonly wallFrom: number
  readonly wallTo: number
  readonly cpu: number
  readonly peak: number
  readonly settle: number
  /** Bytes of the repository afterwards. */
  readonly repository: number
}

/**
 * `wall`, `cpu`: restic's time over ours, at least the limit. `memory`, `repository`: ours over restic's, at most.
 * `copy`: our time over that of `cp -r`, at most.
 */
export interface Goal {
  readonly of: 'wall' | 'cpu' | 'memory' | 'repository' | 'copy'
  readonly limit: number
}

export interface JudgedGoal extends Goal {
  readonly value: number
  readonly met: boolean
}

/** Leaves out goals whose peers took no part. */
export function judgeGoals(
  goals: readonly Goal[],
  peers: Readonly<Partial<Record<PeerName, Figures>>>,
): readonly JudgedGoal[] {
  const { ours, restic, cp } = peers
  if (ours === undefined) return []
  return goals.flatMap(goal => {
    const value = goal.of === 'copy' ? cp && ours.wall / cp.wall : restic && ratio(goal.of, ours, restic)
    if (value === undefined) return []
    const most = goal.of === 'memory' || goal.of === 'repository' || goal.of === 'copy'
    return [{ ...goal, value, met: most ? value <= goal.limit : value >= goal.limit }]
  })
}

function ratio(of: Exclude<Goal['of'], 'copy'>, ours: Figures, restic: Figures): number {
  if (of === 'wall') return restic.wall / ours.wall
  if (of === 'cpu') return restic.cpu / ours.cpu
  return of === 'memory' ? ours.peak / restic.peak : ours.repository / restic.repository
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}
