import type { Entry } from '../capture/connector.ts'
import type { VersionRecord } from '../catalog/catalog.ts'
import { type RestoreProgress, type RestoreResult, restore } from '../engine/restore.ts'
import type { Archive } from './archive.ts'
import { snapshotOf, versionEntries } from './version-entries.ts'

export interface RestoreOptions {
  /** A folder; made when it is missing. */
  readonly target: string
  /** Bytes restored so far. */
  readonly onProgress: (bytes: number) => void
}

/** Restores a version's content into a folder, every byte checked on its way. */
export async function restoreVersion(
  archive: Archive,
  version: VersionRecord,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestoreResult> {
  await using _lock = await archive.repository.lockForReading(signal)
  const snapshot = await snapshotOf(archive, version, signal)
  const onProgress = ({ bytes }: RestoreProgress) => options.onProgress(bytes)
  return await restore(
    archive.repository,
    snapshot,
    { target: options.target, path: `/${version.item}`, onProgress },
    signal,
  )
}

/** A version's entries as a connector takes them for writing to a device. */
export async function* entriesOf(archive: Archive, version: VersionRecord, signal: AbortSignal): AsyncIterable<Entry> {
  for await (const { type, path, node, stat: full } of versionEntries(archive, version, signal)) {
    const { mtime, ...rest } = full
    const stat = mtime === null ? rest : { ...rest, mtime }
    if (type === 'folder') yield { type, path, stat }
    else if (type === 'link') yield { type, path, stat, target: node.linktarget ?? '' }
    else yield { type, path, read: async inner => ({ stat, chunks: archive.repository.file(node, inner) }) }
  }
}
