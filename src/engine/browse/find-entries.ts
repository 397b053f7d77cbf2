import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { parseTime } from '../tree/go-time.ts'
import type { PathPattern } from './path-pattern.ts'
import { TreeSearch } from './search-tree.ts'
import type { OnDamage, TreeEntry } from './walk-tree.ts'

export interface FindQuery {
  /** One of these has to match. */
  readonly patterns: readonly PathPattern[]
  /** Modification times between which an entry must lie, both included: nanoseconds since 1970. */
  readonly oldest?: bigint
  readonly newest?: bigint
  /** Without it a tree that cannot be read is thrown. */
  readonly onDamage?: OnDamage
}

export interface FoundEntry extends TreeEntry {
  readonly snapshot: Snapshot
}

/** What `restic find` finds, snapshot by snapshot. What lies in a folder that a pattern matches is found too. */
export async function* findEntries(
  repository: Repository,
  snapshots: AsyncIterable<Snapshot> | Iterable<Snapshot>,
  query: FindQuery,
  signal: AbortSignal,
): AsyncGenerator<FoundEntry> {
  const { patterns, onDamage } = query
  const rules = {
    isHit: ({ path, node }: TreeEntry) => patterns.some(each => each.matches(path)) && isBetween(node.mtime, query),
    into: ({ path }: TreeEntry) => patterns.some(each => each.matchesBelow(path)),
    byPath: true,
    ...(onDamage === undefined ? {} : { onDamage }),
  }
  const search = new TreeSearch(repository, rules, signal)
  for await (const snapshot of snapshots) {
    for await (const entry of search.tree(snapshot.tree)) yield { ...entry, snapshot }
  }
}

function isBetween(mtime: string, { oldest, newest }: FindQuery): boolean {
  if (oldest === undefined && newest === undefined) return true
  const time = parseTime(mtime)
  return (oldest === undefined || time >= oldest) && (newest === undefined || time <= newest)
}
