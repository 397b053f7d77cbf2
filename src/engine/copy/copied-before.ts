import { hash } from 'node:crypto'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { parseTime } from '../tree/go-time.ts'

/**
 * The snapshots that a repository has, by the ids that they had where they were made: restic's rule. About 250 bytes each.
 * A snapshot counts as there only where all but its parent and original is the same, too.
 */
export class CopiedBefore {
  /** Ids here, by the original id and what is in them. */
  readonly #ids = new Map<string, string>()

  add(snapshot: Snapshot): void {
    const content = contentOf(snapshot)
    this.#ids.set(`${snapshot.id.slice(0, 32)} ${content}`, snapshot.id)
    if (snapshot.original !== undefined) this.#ids.set(`${snapshot.original.slice(0, 32)} ${content}`, snapshot.id)
  }

  /** The id here of a snapshot of another repository; null where there is none. */
  find(snapshot: Snapshot): string | null {
    const original = snapshot.original ?? snapshot.id
    return this.#ids.get(`${original.slice(0, 32)} ${contentOf(snapshot)}`) ?? null
  }
}

function contentOf({ time, tree, hostname, username, uid, gid, paths, excludes, tags }: Snapshot): string {
  const parts = [
    ...[String(parseTime(time)), tree, hostname, username, uid ?? 0, gid ?? 0],
    ...[paths.toSorted(), excludes ?? [], tags.toSorted()],
  ]
  return hash('sha256', JSON.stringify(parts), 'base64').slice(0, 22)
}
