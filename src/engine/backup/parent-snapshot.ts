import { readSnapshots } from '../browse/read-snapshots.ts'
import type { Repository } from '../repository.ts'
import { compareSnapshots, type Snapshot } from '../snapshot/snapshot.ts'

export interface ParentQuery {
  readonly hostname: string
  /** Absolute. */
  readonly paths: readonly string[]
  /** When the new one is taken: none that is newer. */
  readonly time: Date
}

/** As restic looks for it: the newest snapshot of that host with all of these paths. */
export async function parentSnapshot(
  repository: Repository,
  { hostname, paths, time }: ParentQuery,
  signal: AbortSignal,
): Promise<Snapshot | null> {
  let newest: Snapshot | null = null
  // One that cannot be read is none to compare with; check tells of it.
  const query = { hosts: [hostname], paths, onDamage: () => undefined }
  for await (const snapshot of readSnapshots(repository, query, signal)) {
    // To the millisecond, as the time is given.
    if (Temporal.Instant.from(snapshot.time).epochMilliseconds > time.getTime()) continue
    if (newest === null || compareSnapshots(newest, snapshot) < 0) newest = snapshot
  }
  return newest
}
