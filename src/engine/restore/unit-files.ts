import { beginFile } from './open-file.ts'
import type { NeededBlob } from './plan-units.ts'
import type { PlannedFile } from './planned-file.ts'
import { toColumns } from './restored-file.ts'
import { blobWords, notCompressed, plainAlready, type Unit } from './unit.ts'

/** A range that was read, and the blobs in it. `offset` is where its first byte lies in the pack. */
export interface ReadRange {
  readonly bytes: Uint8Array
  readonly offset: number
  readonly blobs: readonly NeededBlob[]
  /** True where the bytes are the plain content of the one blob. */
  readonly plain: boolean
}

/** A unit as a thread takes it, and what its numbers stand for here. */
export interface BuiltUnit {
  readonly unit: Unit
  readonly files: readonly PlannedFile[]
  readonly blobs: readonly NeededBlob[]
  /** How many pieces of each file. */
  readonly pieces: readonly number[]
}

/**
 * Makes a unit of ranges. `ends` says of which files everything is in it; the others are opened for it. Throws the system's
 * error through `onFailure` where one cannot be: its pieces are left out.
 */
export function buildUnit(
  ranges: readonly ReadRange[],
  ends: (file: PlannedFile) => boolean,
  onFailure: (file: PlannedFile, error: unknown) => void,
): BuiltUnit {
  const numbers = new Map<PlannedFile, number>()
  const counts: number[] = []
  const blobs: NeededBlob[] = []
  const words: number[] = []
  const pieces: number[] = []
  for (const [range, { bytes, offset, blobs: inRange, plain }] of ranges.entries()) {
    for (const blob of inRange) {
      const { place, targets } = blob
      words.push(range, plain ? 0 : place.offset - offset, plain ? bytes.byteLength : place.length)
      words.push(plain ? plainAlready : (place.plainLength ?? notCompressed))
      for (const { file, offset: position } of targets) {
        const number = numberOf(file, numbers, counts, ends, onFailure)
        if (number === null) continue
        pieces.push(blobs.length, number, position)
        counts[number] = (counts[number] ?? 0) + 1
      }
      blobs.push(blob)
    }
  }
  const files = [...numbers.keys()]
  const columns = { ids: blobs.map(({ place }) => place.id), numbers: Float64Array.from(words) }
  if (columns.numbers.length !== blobs.length * blobWords) throw new RangeError('blobs and their words differ')
  const unit: Unit = {
    kind: 'unit',
    files: toColumns(files.map(file => file.toRestored(ends(file)))),
    ranges: ranges.map(({ bytes }) => bytes),
    blobs: columns,
    pieces: Float64Array.from(pieces),
  }
  return { unit, files, blobs, pieces: counts }
}

function numberOf(
  file: PlannedFile,
  numbers: Map<PlannedFile, number>,
  counts: number[],
  ends: (file: PlannedFile) => boolean,
  onFailure: (file: PlannedFile, error: unknown) => void,
): number | null {
  const known = numbers.get(file)
  if (known !== undefined) return known
  if (file.failed) return null
  if (!ends(file) && !file.begun) {
    try {
      beginFile(file.toRestored(false))
      file.begun = true
    } catch (error) {
      onFailure(file, error)
      return null
    }
  }
  numbers.set(file, numbers.size)
  counts.push(0)
  return numbers.size - 1
}
