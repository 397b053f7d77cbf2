import type { BlobIndex, KnownPack } from '../index/blob-index.ts'
import type { IndexWriter } from './index-writer.ts'

/** Index files of fewer blobs are written together with others, where there are several. */
const smallIndex = 5000
const fewestSmall = 10

/** The index files that name a pack which goes. */
export function indexesNaming(index: BlobIndex, gone: ReadonlySet<string>): Set<string> {
  const names = new Set<string>()
  for (const pack of gone) for (const name of index.packs.get(pack)?.indexes ?? []) names.add(name)
  return names
}

/** Index files so small that one can take the place of many; nothing where there are few of them. */
export function smallIndexes(index: BlobIndex, blobsOf: (pack: string) => number): Set<string> {
  const blobs = new Map<string, number>([...index.files].map(name => [name, 0]))
  for (const [pack, { indexes }] of index.packs) {
    for (const name of indexes) blobs.set(name, (blobs.get(name) ?? 0) + blobsOf(pack))
  }
  const small = [...blobs].filter(([, count]) => count < smallIndex).map(([name]) => name)
  return new Set(small.length < fewestSmall ? [] : small)
}

/**
 * Writes into new index files every pack that stays and that a file of `obsolete` names, unless `writer` has listed it
 * before: of what other files name it may be a part only. The obsolete files may be removed afterwards.
 */
export async function relistPacks(
  index: BlobIndex,
  obsolete: ReadonlySet<string>,
  gone: ReadonlySet<string>,
  writer: IndexWriter,
): Promise<void> {
  const listed = new Set(writer.names)
  const staying: [string, KnownPack][] = []
  for (const [id, pack] of index.packs) {
    if (gone.has(id) || pack.indexes.some(name => listed.has(name))) continue
    if (pack.indexes.some(name => obsolete.has(name))) staying.push([id, pack])
  }
  for (const [id, { blobs }] of staying) await writer.add({ id, blobs })
  await writer.flush()
}
