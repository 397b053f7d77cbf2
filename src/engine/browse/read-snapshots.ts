import { BlackstartError } from '../../errors.ts'
import type { Repository } from '../repository.ts'
import { compareSnapshots, type Snapshot } from '../snapshot/snapshot.ts'
import { parseTime } from '../tree/go-time.ts'
import { atOnce } from './at-once.ts'
import { isSelected, type SnapshotFilter } from './snapshot-filter.ts'

export interface SnapshotQuery extends SnapshotFilter {
  /** Called for a snapshot that cannot be read, and the rest is read. Without it the error is thrown. */
  readonly onDamage?: (error: BlackstartError) => void
}

/** Small files that are worth having under way at the same time, wherever they lie: reading one is mostly waiting. */
const smallAtOnce = 8

/**
 * Every snapshot that passes the filter, in no order, as many read at the same time as the storage is good for. None of
 * them is held: collecting them takes about 1 kB each.
 */
export async function* readSnapshots(
  repository: Repository,
  query: SnapshotQuery,
  signal: AbortSignal,
): AsyncGenerator<Snapshot> {
  const { backend } = repository
  const read = ({ name }: { name: string }) => readOrTell(repository, name, query, signal)
  for await (const snapshot of atOnce(backend.list('snapshot', signal), Math.max(backend.atOnce, smallAtOnce), read)) {
    if (snapshot !== null && isSelected(snapshot, query)) yield snapshot
  }
}

async function readOrTell(
  repository: Repository,
  name: string,
  { onDamage }: SnapshotQuery,
  signal: AbortSignal,
): Promise<Snapshot | null> {
  try {
    return await repository.snapshot(name, signal)
  } catch (error) {
    const damage = error instanceof BlackstartError && error.code === 'integrity'
    if (!damage || onDamage === undefined) throw error
    onDamage(error)
    return null
  }
}

/** As `compareSnapshots` orders; each time is read once, for lists of hundreds of thousands. */
export function oldestFirst(snapshots: Iterable<Snapshot>): Snapshot[] {
  const timed = Array.from(snapshots, snapshot => ({ snapshot, at: parseTime(snapshot.time) }))
  timed.sort((a, b) => (a.at === b.at ? (a.snapshot.id < b.snapshot.id ? -1 : 1) : a.at < b.at ? -1 : 1))
  return timed.map(({ snapshot }) => snapshot)
}

/** The newest that passes the filter; null where none does. */
export async function latestSnapshot(
  repository: Repository,
  query: SnapshotQuery,
  signal: AbortSignal,
): Promise<Snapshot | null> {
  let latest: Snapshot | null = null
  for await (const snapshot of readSnapshots(repository, query, signal)) {
    if (latest === null || compareSnapshots(latest, snapshot) < 0) latest = snapshot
  }
  return latest
}
