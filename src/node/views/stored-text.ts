import type { Archive } from '../../archive/archive.ts'
import { shownFormat } from '../../archive/node-items.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { readableText } from '../../compare/open-text.ts'
import { redact } from '../../compare/redact.ts'
import { noSuch, storedNode } from './stored-folder.ts'

const shownBytes = 4 * 1024 * 1024

/** A file of a version as text, its secrets masked; text null where it is binary or too large. Throws `not-found`. */
export async function storedText(archive: Archive, version: VersionRecord, path: string, signal: AbortSignal) {
  const node = await storedNode(archive, version, path, signal)
  if (node.type !== 'file') throw noSuch(version, path, 'file')
  const bytes = node.size ?? 0
  const common = { path, bytes, format: version.format }
  if (bytes > shownBytes) return { ...common, text: null, encoding: null }
  const parts = await Array.fromAsync(archive.repository.file(node, signal))
  const read = readableText(Buffer.concat(parts))
  if (read === null) return { ...common, text: null, encoding: null }
  return { ...common, text: redact({ path, format: shownFormat(version) }, read.text), encoding: read.encoding }
}
