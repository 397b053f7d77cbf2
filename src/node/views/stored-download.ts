import type { Archive } from '../../archive/archive.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { dumpFile, dumpFolder } from '../../engine/browse/dump/dump.ts'
import { noSuch, storedNode } from './stored-folder.ts'

export interface Download {
  /** Without a folder; empty for the root of an item. */
  readonly name: string
  /** Null where it is not known before. */
  readonly bytes: number | null
  readonly chunks: AsyncIterable<Uint8Array>
}

/** The exact bytes of one file, secrets included. Throws `not-found`. */
export async function storedFile(
  archive: Archive,
  version: VersionRecord,
  path: string,
  signal: AbortSignal,
): Promise<Download> {
  const node = await storedNode(archive, version, path, signal)
  if (node.type !== 'file') throw noSuch(version, path, 'file')
  return { name: node.name, bytes: node.size ?? 0, chunks: dumpFile(archive.repository, node, signal) }
}

/** A folder as zip, with the exact bytes of its files. Throws `not-found`. */
export async function storedZip(
  archive: Archive,
  version: VersionRecord,
  path: string,
  signal: AbortSignal,
): Promise<Download> {
  const node = await storedNode(archive, version, path, signal)
  if (node.subtree === undefined) throw noSuch(version, path, 'folder')
  const chunks = dumpFolder(archive.repository, node.subtree, { format: 'zip' }, signal)
  return { name: path === '' ? '' : node.name, bytes: null, chunks }
}
