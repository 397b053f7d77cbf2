import type { BlackstartError } from '../../errors.ts'
import type { SealingKey } from '../crypto/sealing-key.ts'
import type { BlobLocation } from '../index/blob-index.ts'
import { EntrySet } from '../prune/entry-set.ts'
import type { IndexedSource, MissingBlobs } from './missing-blobs.ts'
import { type BlobRead, byPlace, readBlobs } from './read-blobs.ts'
import { resealBlob } from './reseal-blob.ts'
import type { SealedWriter } from './sealed-writer.ts'

export interface Carried {
  readonly blobs: number
  /** Of plain content. */
  readonly bytes: number
  /** For blobs that no place of the source gives back. */
  readonly failures: readonly BlackstartError[]
}

/** Carries blobs, in the order of their packs, into another repository, whose key is `to`; `writer` is to be finished then. */
export async function carryBlobs(
  source: IndexedSource,
  missing: Pick<MissingBlobs, 'wanted' | 'packs'>,
  to: SealingKey,
  writer: SealedWriter,
  signal: AbortSignal,
): Promise<Carried> {
  let [blobs, bytes] = [0, 0]
  const failed: { blob: BlobLocation; error: BlackstartError }[] = []
  const store = async (read: BlobRead): Promise<boolean> => {
    if (!('plain' in read)) return false
    await writer.add(read.blob.type, read.blob.id, resealBlob(to, read))
    blobs += 1
    bytes += read.plain.byteLength
    return true
  }
  for await (const read of readBlobs(source, wantedBlobs(source, missing), signal)) {
    if (!(await store(read)) && 'error' in read) failed.push(read)
  }
  const failures: BlackstartError[] = []
  for (const { blob, error } of failed) {
    if (!(await fromElsewhere(source, blob, store, signal))) failures.push(error)
  }
  return { blobs, bytes, failures }
}

function* wantedBlobs(
  { index }: IndexedSource,
  { wanted, packs }: Pick<MissingBlobs, 'wanted' | 'packs'>,
): Generator<BlobLocation> {
  const asked = new EntrySet(index.entries)
  for (const pack of packs) {
    for (const blob of (index.packs.get(pack)?.blobs ?? []).toSorted(byPlace)) {
      const entry = index.numberOf(blob.type, blob.id)
      if (wanted.has(entry) && asked.add(entry)) yield blob
    }
  }
}

async function fromElsewhere(
  source: IndexedSource,
  { type, id, pack }: BlobLocation,
  store: (read: BlobRead) => Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  const others = source.index.all(type, id).filter(place => place.pack !== pack)
  for await (const read of readBlobs(source, others, signal)) if (await store(read)) return true
  return false
}
