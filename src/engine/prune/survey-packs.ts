import type { Backend } from '../../storage/backend.ts'
import { damaged, missing } from '../damage.ts'
import { type BlobIndex, expectedPackBytes } from '../index/blob-index.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { EntrySet } from './entry-set.ts'

/** What a pack is worth. Of a blob that lies in several packs one place counts as used, the others as unused. */
export interface PackShare {
  readonly name: string
  /** Of the file. */
  readonly bytes: number
  readonly blobs: number
  usedBlobs: number
  usedBytes: number
  unusedBytes: number
  /** Nothing but blobs that are needed and lie elsewhere too. */
  readonly onlyDuplicates: boolean
  readonly type: BlobType | 'mixed'
  readonly uncompressed: boolean
}

export interface Survey {
  readonly packs: readonly PackShare[]
  /** In the index and not in order: missing, or of another size than the index says. What is needed of them lies elsewhere too. */
  readonly unsound: ReadonlySet<string>
  /** Bytes by name: in no index. */
  readonly unreferenced: ReadonlyMap<string, number>
  /** Of blobs, places of blobs that lie elsewhere too, and blobs that no snapshot needs. */
  readonly blobs: { used: number; duplicate: number; unused: number }
  readonly bytes: { used: number; duplicate: number; unused: number }
}

/**
 * Weighs every pack. `present` are the bytes of the pack files. Throws `integrity` where a pack that is needed is missing
 * or of the wrong size.
 */
export function surveyPacks(
  backend: Backend,
  index: BlobIndex,
  present: ReadonlyMap<string, number>,
  used: EntrySet,
): Survey {
  const unsound = unsoundPacks(index, present)
  const places = countPlaces(index, unsound, used)
  const packs: PackShare[] = []
  const blobs = { used: 0, duplicate: 0, unused: 0 }
  const bytes = { ...blobs }
  const covered = new EntrySet(index.entries)
  for (const name of index.packs.keys()) {
    if (unsound.has(name)) continue
    packs.push(weigh(index, name, { used, places, covered, blobs, bytes }, present.get(name) ?? 0))
  }
  if (covered.size < used.size) throw needed(backend, index, unsound, { used, covered }, present)
  if (blobs.duplicate > 0) decideDuplicates(index, packs, { used, places, blobs, bytes })
  const unreferenced = new Map([...present].filter(([name]) => !index.packs.has(name)))
  return { packs, unsound, unreferenced, blobs, bytes }
}

function unsoundPacks(index: BlobIndex, present: ReadonlyMap<string, number>): Set<string> {
  const unsound = new Set<string>()
  for (const [name, pack] of index.packs) {
    const bytes = present.get(name)
    if (bytes === undefined || bytes !== expectedPackBytes(pack.blobs)) unsound.add(name)
  }
  return unsound
}

/** Sound places of each used blob, at most 255; null where no blob of the index has two. */
function countPlaces(index: BlobIndex, unsound: ReadonlySet<string>, used: EntrySet): Uint8Array | null {
  if (index.entries === index.blobs) return null
  const counts = new Uint8Array(index.entries)
  for (const [name, pack] of index.packs) {
    if (unsound.has(name)) continue
    for (const { type, id } of pack.blobs) {
      const entry = index.numberOf(type, id)
      if (used.has(entry)) counts[entry] = Math.min((counts[entry] as number) + 1, 255)
    }
  }
  return counts
}

interface Tally {
  readonly used: EntrySet
  readonly places: Uint8Array | null
  readonly blobs: Survey['blobs']
  readonly bytes: Survey['bytes']
}

function weigh(index: BlobIndex, name: string, tally: Tally & { covered: EntrySet }, bytes: number): PackShare {
  const blobs = index.packs.get(name)?.blobs ?? []
  let [usedBlobs, usedBytes, unusedBytes, duplicates] = [0, 0, 0, 0]
  for (const { type, id, length } of blobs) {
    const entry = index.numberOf(type, id)
    const kind = !tally.used.has(entry) ? 'unused' : (tally.places?.[entry] ?? 1) > 1 ? 'duplicate' : 'used'
    tally.blobs[kind] += 1
    tally.bytes[kind] += length
    if (kind !== 'unused') tally.covered.add(entry)
    if (kind === 'duplicate') duplicates += 1
    if (kind === 'used') {
      usedBlobs += 1
      usedBytes += length
    } else unusedBytes += length
  }
  const type = blobs.every(blob => blob.type === blobs[0]?.type) ? (blobs[0]?.type ?? 'data') : 'mixed'
  const uncompressed = blobs.some(blob => blob.plainLength === null)
  const onlyDuplicates = duplicates === blobs.length && duplicates > 0
  return { name, bytes, blobs: blobs.length, usedBlobs, usedBytes, unusedBytes, onlyDuplicates, type, uncompressed }
}

/**
 * One place of every duplicate is to be kept: in a pack that is needed anyway, or in one of duplicates alone, as an
 * interrupted prune leaves it, else in the last pack that has it. As restic decides.
 */
function decideDuplicates(index: BlobIndex, packs: readonly PackShare[], { used, places, blobs, bytes }: Tally): void {
  if (places === null) return
  for (const pack of packs) {
    for (const { type, id, length } of index.packs.get(pack.name)?.blobs ?? []) {
      const entry = index.numberOf(type, id)
      const left = places[entry] as number
      // 1: it lies here alone, or one place was chosen. 0: this is its last place.
      if (!used.has(entry) || left === 1) continue
      if (pack.usedBlobs === 0 && !pack.onlyDuplicates && left !== 0) {
        places[entry] = left === 2 ? 0 : left - 1
        continue
      }
      places[entry] = 1
      pack.usedBlobs += 1
      pack.usedBytes += length
      pack.unusedBytes -= length
      blobs.used += 1
      bytes.used += length
      blobs.duplicate -= 1
      bytes.duplicate -= length
    }
  }
}

function needed(
  backend: Backend,
  index: BlobIndex,
  unsound: ReadonlySet<string>,
  { used, covered }: { used: EntrySet; covered: EntrySet },
  present: ReadonlyMap<string, number>,
): Error {
  for (const name of unsound) {
    const lost = index.packs.get(name)?.blobs.find(({ type, id }) => {
      const entry = index.numberOf(type, id)
      return used.has(entry) && !covered.has(entry)
    })
    if (lost === undefined) continue
    if (!present.has(name)) return missing(backend, 'pack', name)
    return damaged(backend, 'pack', name, 'has another size than the index says')
  }
  return new Error('a used blob is in no pack')
}
