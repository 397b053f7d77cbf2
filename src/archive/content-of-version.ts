import type { VersionRecord } from '../catalog/catalog.ts'
import type { Archive } from './archive.ts'
import { ContentDigest } from './content-digest.ts'
import { type DigestedEntry, itemDigest } from './item-digest.ts'
import { versionEntries } from './version-entries.ts'

/** The digests of a stored version, made from its bytes in the repository by today's normaliser. */
export async function contentOf(
  archive: Pick<Archive, 'repository'>,
  version: Pick<VersionRecord, 'item' | 'id' | 'snapshot' | 'format'>,
  signal: AbortSignal,
): Promise<{ readonly content: string; readonly raw: string; readonly bytes: number }> {
  const entries: DigestedEntry[] = []
  let bytes = 0
  for await (const { type, path, node, stat } of versionEntries(archive, version, signal)) {
    if (type !== 'file') {
      entries.push(type === 'link' ? { type, path, stat, target: node.linktarget ?? '' } : { type, path, stat })
      continue
    }
    const digest = new ContentDigest(path, () => version.format)
    for await (const chunk of digest.pass(archive.repository.file(node, signal))) bytes += chunk.length
    entries.push({ type, path, stat, digests: digest.end() })
  }
  return {
    content: itemDigest(entries, digests => digests.normalised),
    raw: itemDigest(entries, digests => digests.raw),
    bytes,
  }
}
