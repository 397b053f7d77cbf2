/** Bytes. Shorter runs of zeros are written like anything else: a hole for each would take more than it saves. */
const shortest = 16 * 1024
/** Where a run is looked for: file systems make holes of whole blocks. */
const block = 4096

export interface Run {
  readonly offset: number
  readonly length: number
  readonly zeros: boolean
}

/** Cuts bytes, which lie at `position` in a file, into what is to be written and what can be a hole; nothing is left out. */
export function zeroRuns(bytes: Uint8Array, position: number): Run[] {
  const runs: Run[] = []
  const end = bytes.byteLength
  let written = 0
  // The block that the bytes begin in may be a hole up to them.
  for (let at = 0; at + shortest <= end; at = nextBlock(at, position)) {
    // Most bytes are seen at once to be no run, by its ends.
    if (bytes[at] !== 0 || bytes[at + shortest - 1] !== 0) continue
    const length = zerosAt(bytes, at)
    if (length < shortest) continue
    const whole = at + length === end ? length : length - ((position + at + length) % block)
    if (at > written) runs.push({ offset: written, length: at - written, zeros: false })
    runs.push({ offset: at, length: whole, zeros: true })
    written = at + whole
    at = written - 1
  }
  if (written < end) runs.push({ offset: written, length: end - written, zeros: false })
  return runs
}

/** The beginning of the next block of the file, as an offset in the bytes that lie at `position`. */
function nextBlock(at: number, position: number): number {
  return at + block - ((position + at) % block)
}

const zeros = Buffer.alloc(block)

/** How many zeros follow each other from `at` on. */
function zerosAt(bytes: Uint8Array, at: number): number {
  const end = bytes.byteLength
  let next = at
  while (next + block <= end && zeros.equals(bytes.subarray(next, next + block))) next += block
  while (next < end && bytes[next] === 0) next += 1
  return next - at
}
