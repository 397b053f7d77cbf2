import { modulo, polynomialDegree } from './polynomial.ts'

/** Bytes of the sliding window. */
export const windowSize = 64

/** Look-up tables of the rolling hash, each 64-bit entry split into its high and low 32 bits. */
export interface RabinTables {
  /** Added to the digest, cancels the byte that leaves the window. */
  readonly outHigh: Int32Array
  readonly outLow: Int32Array
  /** Indexed by the 8 bits above the degree, reduces the digest modulo the polynomial. */
  readonly modHigh: Int32Array
  readonly modLow: Int32Array
}

/** `polynomial` is of degree 53; as in restic's chunker. */
export function rabinTables(polynomial: bigint): RabinTables {
  const [outHigh, outLow] = split(byte => modulo(BigInt(byte) << BigInt(8 * (windowSize - 1)), polynomial))
  const [modHigh, modLow] = split(byte => {
    const top = BigInt(byte) << BigInt(polynomialDegree)
    return modulo(top, polynomial) | top
  })
  return { outHigh, outLow, modHigh, modLow }
}

function split(entry: (byte: number) => bigint): [Int32Array, Int32Array] {
  const high = new Int32Array(256)
  const low = new Int32Array(256)
  for (let byte = 0; byte < 256; byte += 1) {
    const value = entry(byte)
    high[byte] = Number(BigInt.asIntN(32, value >> 32n))
    low[byte] = Number(BigInt.asIntN(32, value))
  }
  return [high, low]
}
