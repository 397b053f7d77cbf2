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
  for (let at = (block - (position % block)) % block; at + shortest <= end; ) {
    // The last byte first: where it is none, no run of that length begins before it.
    if (bytes[at] !== 0 || bytes[at + shortest - 1] !== 0) {
      at += block
      continue
    }
    const length = zerosAt(bytes, at)
    if (length >= shortest) {
      const whole = at + length === end ? length : length - (length % block)
      if (at > written) runs.push({ offset: written, length: at - written, zeros: false })
      runs.push({ offset: at, length: whole, zeros: true })
      written = at + whole
    }
    at += Math.max(block, length - (length % block))
  }
  if (written < end) runs.push({ offset: written, length: end - written, zeros: false })
  return runs
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
