import { compareText } from '../finding.ts'
import type { KeptVersion } from './retain.ts'

/** `own`: the snapshot's own time, which whoever wrote it chose · `received`: when the repository received it. */
export const clocks = ['own', 'received'] as const
export type Clock = (typeof clocks)[number]

/** A version with its times in epoch milliseconds. */
export interface TimedVersion extends Readonly<Record<Clock, number>> {
  /** Where it stands among the versions that were given. */
  readonly at: number
  readonly version: KeptVersion
}

export function timed(versions: readonly KeptVersion[]): readonly TimedVersion[] {
  return versions.map((version, at) => ({
    ...{ at, version },
    own: version.time.epochMilliseconds,
    received: version.received.epochMilliseconds,
  }))
}

/** Oldest first by that clock; what it cannot tell apart by the other one, then by id. */
export function inOrderOf(versions: readonly TimedVersion[], clock: Clock): readonly TimedVersion[] {
  const other = clock === 'own' ? 'received' : 'own'
  return versions.toSorted(
    (a, b) => a[clock] - b[clock] || a[other] - b[other] || compareText(a.version.id, b.version.id),
  )
}
