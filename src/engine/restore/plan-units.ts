import { zeroId } from '../files/data-ranges.ts'
import type { BlobLocation } from '../index/blob-index.ts'
import type { PlannedFile } from './planned-file.ts'

/** Sealed bytes of a unit. */
const unitBytes = 4 * 1024 * 1024
/** Bytes between two blobs of a pack that are read along, so that they need one request. */
const mostGap = 128 * 1024
/** Blobs of a unit: small ones are many. */
const mostBlobs = 4096

/** A blob that is needed, and where: files and the offsets in them, one after the other. */
export interface NeededBlob {
  readonly place: BlobLocation
  readonly targets: { readonly file: PlannedFile; readonly offset: number }[]
}

/** A request. */
export interface NeededRange {
  readonly pack: string
  readonly offset: number
  length: number
  readonly blobs: NeededBlob[]
}

/** What is read together, and handed to one thread. */
export interface NeededUnit {
  readonly ranges: NeededRange[]
  bytes: number
  blobs: number
}

/**
 * Cuts what is needed into units of about 16 MiB, in the order of the packs, and those in the order in which they are
 * first needed: as files were packed, they end soon after they began.
 */
export function planUnits(blobs: Iterable<NeededBlob>): NeededUnit[] {
  const packs = new Map<string, NeededBlob[]>()
  for (const blob of blobs) {
    const others = packs.get(blob.place.pack)
    if (others === undefined) packs.set(blob.place.pack, [blob])
    else others.push(blob)
  }
  const units: NeededUnit[] = []
  for (const needed of packs.values()) {
    needed.sort((a, b) => a.place.offset - b.place.offset)
    for (const blob of needed) addBlob(units, blob)
  }
  return units
}

function addBlob(units: NeededUnit[], blob: NeededBlob): void {
  const { pack, offset, length } = blob.place
  let unit = units.at(-1)
  if (unit === undefined || unit.bytes + length > unitBytes || unit.blobs >= mostBlobs) {
    unit = { ranges: [], bytes: 0, blobs: 0 }
    units.push(unit)
  }
  const last = unit.ranges.at(-1)
  const end = last === undefined ? 0 : last.offset + last.length
  unit.blobs += 1
  if (last?.pack === pack && offset - end <= mostGap && offset >= end) {
    unit.bytes += offset + length - end
    last.length = offset + length - last.offset
    last.blobs.push(blob)
  } else {
    unit.bytes += length
    unit.ranges.push({ pack, offset, length, blobs: [blob] })
  }
}

/** True for a blob that is nothing but zeros: its id says so, and it need not be read. Only long ones are asked. */
export function isZeros({ id, length, plainLength }: BlobLocation): boolean {
  if (plainLength === null || plainLength < 16 * 1024 || plainLength > 8 * 1024 * 1024 || length > 256) return false
  return zeroId(plainLength) === id
}
