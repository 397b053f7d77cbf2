import { durationOf, formatDuration, formatMilliseconds, milliseconds } from '../../site/duration.ts'
import type { Process } from '../../site/site.ts'

const hour = 3_600_000

/** What a loss of that much costs, and the most that could be done again within the MTD; as far as the process states it. */
export function consequenceText(process: Process, mtdl: Temporal.Duration | null): string {
  const perLostHour = process.afterLoss.perLostHour
  if (perLostHour === null) return 'What a lost hour costs is not stated, so nothing follows from it yet.'
  const example = mtdl ?? exampleLoss(process)
  const work = (milliseconds(perLostHour) * milliseconds(example)) / hour
  const cost = `Losing ${formatDuration(example)} costs ${formatMilliseconds(work)} of work.`
  const most = longestLoss(process)
  if (most === null || process.mtd === null) return cost
  const needed = fixedTime(process)
  const whole = `Of the MTD of ${formatDuration(process.mtd)} people need ${formatMilliseconds(needed)} in any case`
  if (most <= 0) return `${cost} ${whole}: no time is left to do anything again.`
  return `${cost} ${whole}; the ${formatMilliseconds(milliseconds(process.mtd) - needed)} left are enough to make good a loss of ${formatMilliseconds(most)}, were nothing to be restored.`
}

/**
 * The most, in milliseconds, that may be lost so that it could still be done again within the MTD: what the steps of people
 * leave of it, divided by the work for each lost hour. Null where the process does not state enough.
 */
export function longestLoss(process: Process): number | null {
  const { perLostHour } = process.afterLoss
  if (process.mtd === null || perLostHour === null) return null
  return Math.floor(((milliseconds(process.mtd) - fixedTime(process)) / milliseconds(perLostHour)) * hour)
}

/** What people need whatever is restored and however little is lost, in milliseconds; steps that are not stated count as none. */
export function fixedTime({ recovery, afterLoss }: Process): number {
  const times = [...Object.values(recovery), afterLoss.fixed] as readonly (Temporal.Duration | null)[]
  return times.reduce((sum, time) => sum + (time === null ? 0 : milliseconds(time)), 0)
}

function exampleLoss(process: Process): Temporal.Duration {
  const most = longestLoss(process)
  const whole = Temporal.Duration.from({ hours: 4 })
  return most !== null && most > 0 && most < milliseconds(whole) ? durationOf(roundDown(most)) : whole
}

/** To a minute, and to a second below that. */
function roundDown(total: number): number {
  const unit = total >= 60_000 ? 60_000 : 1000
  return Math.max(1, Math.floor(total / unit) * unit)
}
