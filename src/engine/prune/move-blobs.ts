import type { BlackstartError } from '../../errors.ts'
import { type BlobRead, byPlace, readBlobs } from '../copy/read-blobs.ts'
import { compressBlob } from '../copy/reseal-blob.ts'
import type { SealedWriter } from '../copy/sealed-writer.ts'
import type { BlobIndex, BlobLocation } from '../index/blob-index.ts'
import type { Repository } from '../repository.ts'
import { EntrySet } from './entry-set.ts'

/** Blobs that are verified together: of each about 300 bytes are held. */
const batchBlobs = 100_000

export interface Move {
  readonly repository: Repository
  readonly index: BlobIndex
  /** The blobs that are needed. */
  readonly used: EntrySet
  /** The packs that are to go, those to be repacked and those of which nothing should be needed. */
  readonly repack: ReadonlySet<string>
  readonly remove: ReadonlySet<string>
  /** Packs of the index that are missing or of the wrong size: nothing is read there. */
  readonly unsound: ReadonlySet<string>
  readonly recompress: (blob: BlobLocation) => boolean
  readonly onPack: () => void
}

/**
 * Sees to it that what is needed of the packs that go lies elsewhere: in a pack that stays, where it was read and verified
 * just now, or in a new one. Returns what is safe so, once `writer` has finished; a pack with a needed blob that is not
 * among it must stay. `problems` takes the damage that was met.
 */
export async function moveBlobs(
  move: Move,
  writer: SealedWriter,
  problems: BlackstartError[],
  signal: AbortSignal,
): Promise<EntrySet> {
  const safe = new EntrySet(move.index.entries)
  if (move.index.entries > move.index.blobs) await verifyStaying(move, safe, signal)
  const asked = new EntrySet(move.index.entries)
  const failed: { blob: BlobLocation; error: BlackstartError }[] = []
  const store = async (read: BlobRead): Promise<void> => {
    if (!('plain' in read)) {
      failed.push(read)
      return
    }
    const { key } = move.repository
    const { blob, sealed: bytes } = read
    const sealed = move.recompress(blob) ? compressBlob(key, read) : { bytes, plainLength: blob.plainLength }
    await writer.add(blob.type, blob.id, sealed)
    safe.add(move.index.numberOf(blob.type, blob.id))
  }
  // the packs of which nothing should be needed come last, for what could not be read in the others
  for (const packs of [move.repack, move.remove]) {
    const blobs = neededBlobs(move, packs, safe, asked)
    for await (const read of readBlobs(move.repository, blobs, signal)) await store(read)
  }
  for (const { blob, error } of failed) {
    if (!(await storeFromElsewhere(move, blob, store, safe, signal))) problems.push(error)
  }
  await writer.finish()
  return safe
}

function* neededBlobs(
  { index, used, unsound, onPack }: Move,
  packs: ReadonlySet<string>,
  safe: EntrySet,
  asked: EntrySet,
): Generator<BlobLocation> {
  for (const [name, pack] of packs.size === 0 ? [] : index.packs) {
    if (!packs.has(name) || unsound.has(name)) continue
    for (const blob of pack.blobs.toSorted(byPlace)) {
      const entry = index.numberOf(blob.type, blob.id)
      if (used.has(entry) && !safe.has(entry) && asked.add(entry)) yield blob
    }
    onPack()
  }
}

/** Reads the copies that packs which stay have of blobs in those that go. */
async function verifyStaying(move: Move, safe: EntrySet, signal: AbortSignal): Promise<void> {
  const { index, repository } = move
  let batch: BlobLocation[] = []
  const verify = async (): Promise<void> => {
    for await (const read of readBlobs(repository, batch.sort(byPlace), signal)) {
      if ('plain' in read) safe.add(index.numberOf(read.blob.type, read.blob.id))
    }
    batch = []
  }
  const asked = new EntrySet(index.entries)
  for (const place of stayingPlaces(move, asked)) {
    if (batch.push(place) >= batchBlobs) await verify()
  }
  await verify()
}

function* stayingPlaces({ index, used, repack, remove, unsound }: Move, asked: EntrySet): Generator<BlobLocation> {
  const stays = ({ pack }: BlobLocation) => !repack.has(pack) && !remove.has(pack) && !unsound.has(pack)
  for (const [name, pack] of index.packs) {
    if (!repack.has(name) && !remove.has(name)) continue
    for (const { type, id } of pack.blobs) {
      const entry = index.numberOf(type, id)
      if (!used.has(entry) || asked.has(entry)) continue
      const place = index.all(type, id).find(stays)
      if (place === undefined) continue
      asked.add(entry)
      yield place
    }
  }
}

/** For a blob that cannot be read where it was looked for. */
async function storeFromElsewhere(
  { index, repository, unsound }: Move,
  { type, id, pack }: BlobLocation,
  store: (read: BlobRead) => Promise<void>,
  safe: EntrySet,
  signal: AbortSignal,
): Promise<boolean> {
  const entry = index.numberOf(type, id)
  const others = index.all(type, id).filter(place => place.pack !== pack && !unsound.has(place.pack))
  for await (const read of readBlobs(repository, others, signal)) {
    if ('plain' in read && !safe.has(entry)) await store(read)
  }
  return safe.has(entry)
}
