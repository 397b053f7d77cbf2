import type { Snapshot } from '../snapshot/snapshot.ts'

/** restic's `--host`, `--tag` and `--path`: a snapshot has to pass each that is given. */
export interface SnapshotFilter {
  /** One of these names. */
  readonly hosts?: readonly string[]
  /** Every tag of one of these lists; `['']` are those without tags. */
  readonly tags?: readonly (readonly string[])[]
  /** All of these paths. */
  readonly paths?: readonly string[]
}

export type FilteredFields = Pick<Snapshot, 'hostname' | 'tags' | 'paths'>

export function isSelected(snapshot: FilteredFields, { hosts = [], tags = [], paths = [] }: SnapshotFilter): boolean {
  return (
    (hosts.length === 0 || hosts.includes(snapshot.hostname)) &&
    (tags.length === 0 || tags.some(list => hasTags(snapshot, list))) &&
    paths.every(path => snapshot.paths.includes(path))
  )
}

export function isUnfiltered({ hosts = [], tags = [], paths = [] }: SnapshotFilter): boolean {
  return hosts.length === 0 && tags.length === 0 && paths.length === 0
}

/** Whether it has them all; the empty tag stands for having none. */
export function hasTags(snapshot: Pick<Snapshot, 'tags'>, tags: readonly string[]): boolean {
  for (const tag of tags) {
    if (tag === '' && snapshot.tags.length === 0) return true
    if (!snapshot.tags.includes(tag)) return false
  }
  return true
}
