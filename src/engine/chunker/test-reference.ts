/** The chunker in plain JavaScript, byte after byte: what the tests hold the WebAssembly to. */
import { maxChunk, minChunk } from './chunk-buffer.ts'
import { modulo, polynomialDegree } from './polynomial.ts'

const windowSize = 64
const splitMask = 2 ** 20 - 1

/** Each 64-bit entry as its high and its low 32 bits. */
type Table = readonly [high: Int32Array, low: Int32Array]

function table(entry: (byte: bigint) => bigint): Table {
  const entries = Array.from({ length: 256 }, (_, byte) => entry(BigInt(byte)))
  return [
    Int32Array.from(entries, value => Number(BigInt.asIntN(32, value >> 32n))),
    Int32Array.from(entries, value => Number(BigInt.asIntN(32, value))),
  ]
}

/** Where the chunks of a file end; none for an empty one. */
export function referenceEnds(bytes: Uint8Array, polynomial: bigint): number[] {
  const [leavingHigh, leavingLow] = table(byte => modulo(byte << BigInt(8 * (windowSize - 1)), polynomial))
  const [reducingHigh, reducingLow] = table(byte => {
    const top = byte << BigInt(polynomialDegree)
    return top | modulo(top, polynomial)
  })
  const ends: number[] = []
  let start = 0
  let [high, low] = [0, 0]
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const length = at + 1 - start
    if (length <= minChunk - windowSize) continue
    if (length > minChunk) {
      const leaving = bytes[at - windowSize] as number
      high ^= leavingHigh[leaving] as number
      low ^= leavingLow[leaving] as number
    }
    const top = high >>> 13
    high = ((high << 8) | (low >>> 24)) ^ (reducingHigh[top] as number)
    low = ((low << 8) | (bytes[at] as number)) ^ (reducingLow[top] as number)
    if (length < minChunk || ((low & splitMask) !== 0 && length < maxChunk)) continue
    ends.push(at + 1)
    start = at + 1
    high = low = 0
  }
  if (start < bytes.byteLength) ends.push(bytes.byteLength)
  return ends
}
