import { longestMtdl } from '../site/data-kind.ts'
import type { Process } from '../site/site.ts'

/** The work after a loss; milliseconds. */
export interface Loss {
  readonly fixed: number
  readonly perLostHour: number
  /** The most that may be lost; null where no MTDL is stated. */
  readonly mtdl: number | null
  /** For the most that may be lost; null where nobody can tell without an MTDL. */
  readonly total: number | null
}

const hour = 3_600_000

/** `fixed` + `perLostHour` × MTDL; null where the site file states neither. */
export function worstLoss(process: Process): Loss | null {
  const { afterLoss } = process
  if (afterLoss.fixed === null && afterLoss.perLostHour === null) return null
  const fixed = afterLoss.fixed?.total('milliseconds') ?? 0
  const perLostHour = afterLoss.perLostHour?.total('milliseconds') ?? 0
  const most = longestMtdl(process)?.total('milliseconds') ?? null
  if (perLostHour === 0) return { fixed, perLostHour, mtdl: most, total: fixed }
  return { fixed, perLostHour, mtdl: most, total: most === null ? null : fixed + (perLostHour * most) / hour }
}
