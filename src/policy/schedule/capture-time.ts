import { milliseconds } from '../../site/duration.ts'
import type { AssetItem } from '../../site/item-lookup.ts'
import type { ItemFacts } from '../facts.ts'

/** How long a capture is counted with; not measured: assumed. */
export interface CaptureTime {
  readonly milliseconds: number
  readonly measured: boolean
}

/** Milliseconds that a capture is counted with as long as none was measured. */
export const assumedCapture = 60_000

/** A reading may be slower than the slowest so far by this factor. */
const slower = 1.25
/** Milliseconds: one until the loop starts it, one until what was read is committed. */
const loopMargin = 2_000

/**
 * The longest of the measured times and a quarter more, for a reading that is slower than all so far, and two seconds for
 * the loop to start it and to commit it. Without a measurement `assumedCapture`, never more than the asset's total timeout,
 * nor than a quarter of the MTDL that is to be held (milliseconds): an assumption alone makes nothing infeasible.
 */
export function captureTimeOf(of: AssetItem, facts: ItemFacts | undefined, mtdl: number | null): CaptureTime {
  const times = facts?.captureTimes ?? []
  if (times.length > 0) return { milliseconds: countedFor(Math.max(...times)), measured: true }
  const { total } = of.asset.timeouts
  const limits = [assumedCapture, total === null ? assumedCapture : milliseconds(total)]
  return { milliseconds: Math.floor(Math.min(...limits, (mtdl ?? Number.POSITIVE_INFINITY) / 4)), measured: false }
}

function countedFor(reading: number): number {
  return Math.ceil(reading * slower) + loopMargin
}

/** The longest reading that is counted with that many milliseconds; negative where there is none. */
export function readingOf(counted: number): number {
  return Math.floor((counted - loopMargin) / slower)
}
