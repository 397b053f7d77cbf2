import type { Archive } from '../../archive/archive.ts'
import { siteItem } from '../../archive/node-items.ts'
import { openStoredFile, versionEntries } from '../../archive/version-entries.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { BlackstartError } from '../../errors.ts'
import type { SiteThread } from '../site-thread/site-thread.ts'

/** Milliseconds after which no further version is read for one answer: a large one takes seconds. */
const longest = 2_000

const known = new WeakMap<Archive['repository'], Map<string, number>>()

/** How many errors these versions of the site file have, each worked out once. Those that there was no time for are not in the answer. */
export async function siteErrors(
  { archive, thread }: { readonly archive: Archive; readonly thread: SiteThread },
  rows: readonly VersionRecord[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const errors = known.get(archive.repository) ?? new Map<string, number>()
  known.set(archive.repository, errors)
  const end = archive.now().getTime() + longest
  for (const row of rows) {
    if (errors.has(row.id) || row.snapshot === null) continue
    if (archive.now().getTime() > end) break
    const text = await siteVersionText(archive, row, signal)
    errors.set(row.id, await thread.ask('countErrors', text, signal))
  }
  return errors
}

/** Throws `integrity` where the version holds no file. */
export async function siteVersionText(archive: Archive, version: VersionRecord, signal: AbortSignal): Promise<string> {
  for await (const { type, path } of versionEntries(archive, version, signal)) {
    if (type !== 'file') continue
    const parts = await Array.fromAsync(openStoredFile(archive, version, path, signal))
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts))
  }
  throw new BlackstartError('integrity', `${siteItem}@${version.id} holds no file.`)
}
