// AssemblyScript, compiled to ../rabin.wasm by lab/wasm.ts. Addresses are of the memory that the module is given: its tables
// take the first page of 64 KiB, the bytes to cut lie behind.
import { fillByteTables, firstSplit } from './byte-scan.ts'
import { fillNibbleTables, firstSplitOfStripes, leastStripe, stripes } from './stripe-scan.ts'

const minChunk: u32 = 512 * 1024
const maxChunk: u32 = 8 * 1024 * 1024
/**
 * Bytes of the longest stripe. 16 of them are scanned to their ends even where a chunk ends at their beginning; the shorter they
 * are, the more the 64 bytes before each cost. An odd number of cache lines, so that 16 stripes do not share a few sets.
 */
const mostStripe: u32 = 33 * 64

/** Fills the tables: `polynomial` is of degree 53, bit n is the coefficient of x^n. Once, before anything else. */
export function prepare(polynomial: u64): void {
  fillByteTables(polynomial)
  fillNibbleTables(polynomial)
}

/**
 * Where the chunk ends that begins at address `begin`: the first such address in (`from`, `to`], 0 when it ends later. It is
 * known not to end in (`begin`, `from`].
 */
export function findEnd(begin: u32, from: u32, to: u32): u32 {
  const last = min(to, begin + maxChunk)
  const first = max(from + 1, begin + minChunk)
  if (first > last) return 0
  const split = firstSplitWithin(first, last)
  if (split !== 0) return split
  return last === begin + maxChunk ? last : 0
}

/** The first address in [`first`, `last`] where the content asks for a cut, else 0. */
function firstSplitWithin(first: u32, last: u32): u32 {
  let at = first
  while (last - at >= stripes * leastStripe) {
    const stripe = min(mostStripe, ((last - at) / stripes) & ~15)
    const split = firstSplitOfStripes(at, stripe)
    if (split !== 0) return split
    at += stripes * stripe
  }
  return firstSplit(at, last)
}
