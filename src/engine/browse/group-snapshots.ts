import type { FilteredFields } from './snapshot-filter.ts'

/** What the snapshots of a group have in common; null is what they were not grouped by. */
export interface SnapshotGroupKey {
  readonly hostname: string | null
  /** Sorted. */
  readonly paths: readonly string[] | null
  /** Sorted. */
  readonly tags: readonly string[] | null
}

export interface SnapshotGroup<Of> {
  readonly key: SnapshotGroupKey
  /** In the order that they were given. */
  readonly snapshots: readonly Of[]
}

export const groupFields = ['host', 'paths', 'tags'] as const
export type GroupField = (typeof groupFields)[number]

/** restic's groups, ordered by host, paths and tags. One group where there is nothing to group by; none without snapshots. */
export function groupSnapshots<Of extends FilteredFields>(
  snapshots: Iterable<Of>,
  by: readonly GroupField[],
): readonly SnapshotGroup<Of>[] {
  const groups = new Map<string, { key: SnapshotGroupKey; snapshots: Of[] }>()
  for (const snapshot of snapshots) {
    const key = {
      hostname: by.includes('host') ? snapshot.hostname : null,
      paths: by.includes('paths') ? snapshot.paths.toSorted() : null,
      tags: by.includes('tags') ? snapshot.tags.toSorted() : null,
    }
    const text = JSON.stringify([key.hostname, key.paths, key.tags])
    const group = groups.get(text)
    if (group === undefined) groups.set(text, { key, snapshots: [snapshot] })
    else group.snapshots.push(snapshot)
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}
