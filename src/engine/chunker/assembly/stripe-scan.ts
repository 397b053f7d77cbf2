/**
 * The digest in 16 stripes of the bytes at once, which it can be because it depends on the last 64 bytes only. Sliced by
 * bytes: vector n holds byte n of the 16 digests, so that times x^8 is to take one vector for the next, and a product with a
 * byte is two look-ups by its half bytes (nibbles) for each vector.
 *
 * 53 bits are no whole bytes: the digests here are modulo the polynomial times x^3, and have 56.
 */
import { byteTablesEnd, degree, firstSplit, shifted, windowSize } from './byte-scan.ts'
import { transpose } from './transpose.ts'

export const stripes: u32 = 16
/** Bytes; shorter stripes cost more than they gain. A stripe is a multiple of 16 bytes. */
export const leastStripe: u32 = 128

const digestBytes: usize = 7
const size: u64 = digestBytes * 8

// Tables of 7 vectors, one for each byte of the product, each with 16 entries, one for each nibble.
const nibbleTable: usize = digestBytes * 16
/** The digest's highest byte, multiplied once more by x^8: its low nibble, its high nibble. */
const reducingLow: usize = byteTablesEnd
const reducingHigh: usize = reducingLow + nibbleTable
/** The byte that leaves the window, multiplied by x^512. */
const leavingLow: usize = reducingHigh + nibbleTable
const leavingHigh: usize = leavingLow + nibbleTable
/** By the digest's highest nibble: what its 3 bits above the degree add to the two lowest bytes modulo the polynomial. */
const lowestTable: usize = leavingHigh + nibbleTable
const nextLowestTable: usize = lowestTable + 16
/** A constant in memory: as a literal it would be built anew at each use. */
const nibbleMask: usize = nextLowestTable + 16

/** Rows of 16 bytes, one of each stripe, in groups of 16 rows; a ring of 8 groups, since the window is 4 groups long. */
const groupBytes: usize = 256
const ring: usize = 2 * byteTablesEnd
const ringMask: usize = 8 * groupBytes - 1
/** A group of zeros: what leaves the window while it is being filled. */
const nothing: usize = ring + 8 * groupBytes

export function fillNibbleTables(polynomial: u64): void {
  const divisor = polynomial << (size - degree)
  for (let nibble: u64 = 0; nibble < 16; nibble += 1) {
    fill(reducingLow, nibble, shifted(nibble, <u32>size, divisor, size))
    fill(reducingHigh, nibble, shifted(nibble << 4, <u32>size, divisor, size))
    fill(leavingLow, nibble, shifted(nibble, 8 * windowSize, divisor, size))
    fill(leavingHigh, nibble, shifted(nibble << 4, 8 * windowSize, divisor, size))
    const above = shifted(nibble >> 1, <u32>degree, polynomial, degree)
    store<u8>(lowestTable + <usize>nibble, <u8>above)
    store<u8>(nextLowestTable + <usize>nibble, <u8>(above >> 8))
  }
  v128.store(nibbleMask, i8x16.splat(15))
}

function fill(table: usize, nibble: u64, product: u64): void {
  for (let i: usize = 0; i < digestBytes; i += 1) store<u8>(table + 16 * i + <usize>nibble, <u8>(product >> (8 * i)))
}

/** The first address in [`first`, `first` + 16 `stripe`) at which the digest has the mask's bits zero, else 0. */
export function firstSplitOfStripes(first: u32, stripe: u32): u32 {
  const nibbles = v128.load(nibbleMask)
  let d0 = i8x16.splat(0)
  let d1 = d0
  let d2 = d0
  let d3 = d0
  let d4 = d0
  let d5 = d0
  let d6 = d0
  let high = d0
  let best: u32 = 0
  for (let row: u32 = 0; row < windowSize + stripe; row += 16) {
    const from = first + row - windowSize
    const entering = ring + ((16 * row) & ringMask)
    const leavers = row < windowSize ? nothing : ring + ((16 * (row - windowSize)) & ringMask)
    transpose(from, stripe, entering)
    let least = i8x16.splat(-1)
    for (let at: usize = 0; at < groupBytes; at += 16) {
      // 16 of the mask's 20 bits; where they are zero in a lane, its bytes are looked at again.
      const lowest = v128.xor(d0, entry(lowestTable, high))
      const nextLowest = v128.xor(d1, entry(nextLowestTable, high))
      least = i8x16.min_u(least, v128.or(lowest, nextLowest))
      const low = v128.and(d6, nibbles)
      const left = v128.load(leavers + at)
      const leftLow = v128.and(left, nibbles)
      const leftHigh = v128.and(i16x8.shr_u(left, 4), nibbles)
      d6 = v128.xor(d5, v128.xor(reducing(6, low, high), cancelling(6, leftLow, leftHigh)))
      d5 = v128.xor(d4, v128.xor(reducing(5, low, high), cancelling(5, leftLow, leftHigh)))
      d4 = v128.xor(d3, v128.xor(reducing(4, low, high), cancelling(4, leftLow, leftHigh)))
      d3 = v128.xor(d2, v128.xor(reducing(3, low, high), cancelling(3, leftLow, leftHigh)))
      d2 = v128.xor(d1, v128.xor(reducing(2, low, high), cancelling(2, leftLow, leftHigh)))
      d1 = v128.xor(d0, v128.xor(reducing(1, low, high), cancelling(1, leftLow, leftHigh)))
      const entered = v128.load(entering + at)
      d0 = v128.xor(entered, v128.xor(reducing(0, low, high), cancelling(0, leftLow, leftHigh)))
      high = v128.and(i16x8.shr_u(d6, 4), nibbles)
    }
    const found = i8x16.eq(least, i8x16.splat(0))
    if (row >= windowSize && v128.any_true(found)) best = earliest(i8x16.bitmask(found), from, stripe, best)
  }
  return best
}

/** `best`, or the split before it (any split where `best` is 0) in the 16 bytes from `from` on of the stripes in `found`. */
function earliest(found: i32, from: u32, stripe: u32, best: u32): u32 {
  let first = best
  for (let i: u32 = 0; i < stripes; i += 1) {
    if (((found >> i) & 1) === 0) continue
    const split = firstSplit(from + i * stripe, from + i * stripe + 15)
    if (split !== 0 && (first === 0 || split < first)) first = split
  }
  return first
}

/** Byte `n` of what reduces a digest whose highest byte these nibbles are. */
function reducing(n: usize, low: v128, high: v128): v128 {
  return v128.xor(entry(reducingLow + 16 * n, low), entry(reducingHigh + 16 * n, high))
}

/** Byte `n` of what a byte adds as it leaves the window. */
function cancelling(n: usize, low: v128, high: v128): v128 {
  return v128.xor(entry(leavingLow + 16 * n, low), entry(leavingHigh + 16 * n, high))
}

/** Relaxed, one instruction everywhere: below 16 it is defined. */
function entry(table: usize, nibbles: v128): v128 {
  return i8x16.relaxed_swizzle(v128.load(table), nibbles)
}
