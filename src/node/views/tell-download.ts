import type { Archive } from '../../archive/archive.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'

/** Writes into the journal that somebody takes exact bytes, which may hold secrets, out of the archive. */
export async function tellDownload(
  { record }: Archive,
  { item, id }: VersionRecord,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const target = `download of ${path === '' ? 'everything' : path.slice(0, 1_000)}`
  await record.add(
    [{ type: 'restored', item, version: id, to: 'folder', target, safety: null, result: 'done' }],
    signal,
  )
}
