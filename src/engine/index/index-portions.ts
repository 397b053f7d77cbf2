import type { IndexedPack } from './index-file.ts'

/** Blobs from which on an index file is full: restic's limit. */
export const fullIndex = 50_000

/** Packs for one index file after the other; the last may hold fewer. */
export function* indexPortions(packs: readonly IndexedPack[]): Generator<IndexedPack[]> {
  let portion: IndexedPack[] = []
  let blobs = 0
  for (const pack of packs) {
    portion.push(pack)
    blobs += pack.blobs.length
    if (blobs < fullIndex) continue
    yield portion
    portion = []
    blobs = 0
  }
  if (portion.length > 0) yield portion
}
