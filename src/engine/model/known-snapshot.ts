import { read } from '../prune/test-snapshots.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { type Files, hashOf } from './contents.ts'

/** What the model knows of a snapshot: everything of it that must come back. */
export interface KnownSnapshot {
  readonly hostname: string
  readonly tags: readonly string[]
  /** Milliseconds. */
  readonly time: number
  readonly files: Files
}

/** One text that is the same for two that have everything in common. */
export function textOf({ hostname, tags, time, files }: KnownSnapshot): string {
  const hashes = Object.entries(files).map(([path, content]) => [path, hashOf(content)])
  return told(hostname, tags, time, hashes)
}

/** That text for what the repository has under an id: every file is read. */
export async function textOfStored(repository: Repository, snapshot: Snapshot): Promise<string> {
  const hashes = Object.entries(await read(repository, snapshot.id))
  return told(snapshot.hostname, snapshot.tags, Date.parse(snapshot.time), hashes)
}

function told(hostname: string, tags: readonly string[], time: number, files: string[][]): string {
  const sorted = files.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return JSON.stringify({ hostname, tags, time, files: Object.fromEntries(sorted) })
}
