import { read } from '../prune/test-snapshots.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { hashOf } from './contents.ts'

/** What the model knows of a snapshot: everything of it that must come back. */
export interface KnownSnapshot {
  readonly hostname: string
  readonly tags: readonly string[]
  /** Milliseconds. */
  readonly time: number
  /** Numbers of contents by path; the hash of what is left of one that was damaged. */
  readonly files: Readonly<Record<string, number | string>>
  /** The id that it had before, where it was copied or changed. */
  readonly original: string | null
}

/** One text that is the same for two that have everything in common. */
export function textOf({ files, ...known }: KnownSnapshot): string {
  const hashes = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'number' ? hashOf(content) : content,
  ])
  return told(known, hashes)
}

/** That text for what the repository has under an id: every file is read. */
export async function textOfStored(repository: Repository, snapshot: Snapshot): Promise<string> {
  const hashes = Object.entries(await read(repository, snapshot.id))
  const { hostname, tags, time, original = null } = snapshot
  return told({ hostname, tags, time: Date.parse(time), original }, hashes)
}

function told({ hostname, tags, time, original }: Omit<KnownSnapshot, 'files'>, files: string[][]): string {
  const sorted = files.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return JSON.stringify({ hostname, tags, time, original, files: Object.fromEntries(sorted) })
}

/** What a copy of it is in another repository. */
export function copyOf(id: string, known: KnownSnapshot): KnownSnapshot {
  return { ...known, original: known.original ?? id }
}

/** Whether a copy of it is among those of the other repository. */
export function isAmong(id: string, known: KnownSnapshot, others: ReadonlyMap<string, KnownSnapshot>): boolean {
  const copy = copyOf(id, known)
  const text = textOf(copy)
  return [...others].some(([other, each]) => {
    const isOfIt = other === copy.original || each.original === copy.original
    return isOfIt && textOf({ ...each, original: copy.original }) === text
  })
}
