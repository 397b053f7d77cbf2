import type { Archive } from '../../archive/archive.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'

export interface DownloadOf {
  /** From the item's root; empty for all of it. */
  readonly path: string
  readonly as: 'file' | 'zip'
}

/** Writes into the journal that somebody takes exact bytes, which may hold secrets, out of the archive. */
export async function tellDownload(
  { record }: Archive,
  { item, id }: VersionRecord,
  { path, as }: DownloadOf,
  signal: AbortSignal,
): Promise<void> {
  const shown = path === '' ? null : path.slice(0, 1_000)
  await record.add([{ type: 'downloaded', item, version: id, path: shown, as }], signal)
}
