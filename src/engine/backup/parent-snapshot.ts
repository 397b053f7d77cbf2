import { readSnapshots } from '../browse/read-snapshots.ts'
import type { SnapshotFilter } from '../browse/snapshot-filter.ts'
import type { Repository } from '../repository.ts'
import { compareSnapshots, type Snapshot } from '../snapshot/snapshot.ts'
import type { BackupOptions } from './backup-options.ts'

interface Taken {
  readonly hostname: string
  /** Absolute. */
  readonly paths: readonly string[]
  readonly time: Date
}

/** As restic looks for it: see `BackupOptions.parent`. Null where there is none. */
export async function parentSnapshot(
  repository: Repository,
  taken: Taken,
  options: BackupOptions,
  signal: AbortSignal,
): Promise<Snapshot | null> {
  if (options.force) return null
  if (options.parent !== undefined) return options.parent
  let newest: Snapshot | null = null
  // One that cannot be read is none to compare with; check tells of it.
  const query = { ...filterOf(taken, options), onDamage: () => undefined }
  for await (const snapshot of readSnapshots(repository, query, signal)) {
    // To the millisecond, as the time is given.
    if (Temporal.Instant.from(snapshot.time).epochMilliseconds > taken.time.getTime()) continue
    if (newest === null || compareSnapshots(newest, snapshot) < 0) newest = snapshot
  }
  return newest
}

function filterOf(
  { hostname, paths }: Taken,
  { parentBy = ['host', 'paths'], tags = [] }: BackupOptions,
): SnapshotFilter {
  return {
    ...(parentBy.includes('host') && { hosts: [hostname] }),
    ...(parentBy.includes('paths') && { paths }),
    ...(parentBy.includes('tags') && { tags: [tags.length === 0 ? [''] : tags] }),
  }
}
