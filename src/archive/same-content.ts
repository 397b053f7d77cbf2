import type { VersionRecord } from '../catalog/catalog.ts'

/** Whether two versions hold the same, but for volatile bytes. Digests of different normalisers say nothing about each other: then every byte counts. */
export function isSameContent(
  a: Pick<VersionRecord, 'normaliser' | 'content' | 'raw'>,
  b: Pick<VersionRecord, 'normaliser' | 'content' | 'raw'>,
): boolean {
  return a.normaliser === b.normaliser ? a.content === b.content : a.raw === b.raw
}
