import { type BlobLocation, plainBytes } from '../index/blob-index.ts'
import { isZeros, type NeededBlob, type NeededUnit, planUnits } from './plan-units.ts'
import type { PlannedFile } from './planned-file.ts'

/** A file, and its blobs that are planned together: from one number to before another. */
export interface Slice {
  readonly file: PlannedFile
  readonly from: number
  readonly to: number
}

/** Where the blobs of a window are; one that is in no index is missing. */
export type Places = ReadonlyMap<string, BlobLocation>

export interface PlannedWindow {
  readonly units: readonly NeededUnit[]
  /** The unit, by its number, that has all that is to be written of a file; no entry for other files. */
  readonly only: ReadonlyMap<PlannedFile, number>
  /** Files of which a blob is in no index, and its id. */
  readonly missing: ReadonlyMap<PlannedFile, string>
}

export interface WindowOptions {
  /** Whether runs of zeros become holes. */
  readonly sparse: boolean
  /** True to write nothing. */
  readonly dryRun: boolean
}

/** What is to be read for these slices. `equal` has 1 for each blob of a slice that is in place already. */
export function planWindow(
  slices: readonly Slice[],
  equal: readonly (Uint8Array | null)[],
  places: Places,
  options: WindowOptions,
): PlannedWindow {
  const needed = new Map<string, NeededBlob>()
  const missing = new Map<PlannedFile, string>()
  for (const [i, slice] of slices.entries()) {
    if (slice.file.failed || missing.has(slice.file)) continue
    const lacking = firstMissing(slice, places)
    if (lacking !== null) missing.set(slice.file, lacking)
    else planSlice(slice, equal[i] ?? null, places, needed, options)
  }
  const units = planUnits(needed.values())
  return { units, only: onlyUnits(slices, units), missing }
}

/** Bytes of each blob of the slice; null where one is missing. */
export function blobLengths(slice: Slice, places: Places): Float64Array | null {
  if (firstMissing(slice, places) !== null) return null
  return Float64Array.from(idsOf(slice), id => plainBytes(places.get(id) as BlobLocation))
}

export function idsOf({ file, from, to }: Slice): readonly string[] {
  const { content } = file.origin
  return from === 0 && to === content.length ? content : content.slice(from, to)
}

function firstMissing(slice: Slice, places: Places): string | null {
  return idsOf(slice).find(id => !places.has(id)) ?? null
}

function planSlice(
  slice: Slice,
  equal: Uint8Array | null,
  places: Places,
  needed: Map<string, NeededBlob>,
  { sparse, dryRun }: WindowOptions,
): void {
  const { file } = slice
  for (const [i, id] of idsOf(slice).entries()) {
    const place = places.get(id) as BlobLocation
    const offset = file.size
    file.lengths.push(plainBytes(place))
    file.size += plainBytes(place)
    if (file.isTrusted || equal?.[i] === 1) continue
    file.changed = true
    if (dryRun || (sparse && !file.isCompared && isZeros(place))) continue
    let blob = needed.get(id)
    if (blob === undefined) {
      blob = { place, targets: [] }
      needed.set(id, blob)
    }
    blob.targets.push({ file, offset })
    file.left += 1
  }
}

function onlyUnits(slices: readonly Slice[], units: readonly NeededUnit[]): Map<PlannedFile, number> {
  const only = new Map<PlannedFile, number>()
  const several = new Set<PlannedFile>()
  for (const { file, from } of slices) if (from > 0 || !file.isPlanned) several.add(file)
  for (const [number, unit] of units.entries()) {
    for (const { blobs } of unit.ranges) {
      for (const { targets } of blobs) {
        for (const { file } of targets) {
          const known = only.get(file)
          if (known === undefined) only.set(file, number)
          else if (known !== number) several.add(file)
        }
      }
    }
  }
  for (const file of several) only.delete(file)
  return only
}
