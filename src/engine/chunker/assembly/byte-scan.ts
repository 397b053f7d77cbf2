/** The digest, byte by byte: for what is too short for stripes, and to look again where they found something. */

/** The polynomial's. */
export const degree: u64 = 53
/** Bytes of the sliding window. */
export const windowSize: u32 = 64
/** A chunk may end where these bits of the digest are zero: every MiB on average. */
const splitMask: u64 = (1 << 20) - 1

/** 256 entries of 64 bits: what a byte adds to the digest when it is the oldest of the window. */
const leavingTable: usize = 0
/** Indexed by the 8 bits above the degree: clears them, and adds what they are modulo the polynomial. */
const reducingTable: usize = 2048
/** The first address behind these tables. */
export const byteTablesEnd: usize = 4096

export function fillByteTables(polynomial: u64): void {
  for (let byte: u64 = 0; byte < 256; byte += 1) {
    const entry = (<usize>byte) << 3
    store<u64>(leavingTable + entry, shifted(byte, 8 * (windowSize - 1), polynomial, degree))
    store<u64>(reducingTable + entry, (byte << degree) | shifted(byte, <u32>degree, polynomial, degree))
  }
}

/** `value` times x^`bits`, modulo `divisor`, which is of degree `size`; `value` is smaller than that. */
export function shifted(value: u64, bits: u32, divisor: u64, size: u64): u64 {
  let product = value
  for (let i: u32 = 0; i < bits; i += 1) {
    product <<= 1
    if (product >> size) product ^= divisor
  }
  return product
}

/** The first address in [`first`, `last`] at which the digest of the 64 bytes before it has the mask's bits zero, else 0. */
export function firstSplit(first: u32, last: u32): u32 {
  let digest: u64 = 0
  for (let at = first - windowSize; at < first; at += 1) digest = append(digest, at)
  for (let at = first; at < last; at += 1) {
    if ((digest & splitMask) === 0) return at
    const leaving = <usize>load<u8>(at - windowSize)
    digest = append(digest ^ load<u64>(leavingTable + (leaving << 3)), at)
  }
  return (digest & splitMask) === 0 ? last : 0
}

function append(digest: u64, at: u32): u64 {
  const top = <usize>(digest >> (degree - 8))
  return ((digest << 8) | load<u8>(at)) ^ load<u64>(reducingTable + (top << 3))
}
