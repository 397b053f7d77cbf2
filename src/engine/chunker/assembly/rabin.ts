// AssemblyScript, compiled to ../rabin.wasm by lab/wasm.ts. Addresses are of the module's memory.

/** Bytes of the sliding window. */
const windowSize: u32 = 64
const minChunk: u32 = 512 * 1024
const maxChunk: u32 = 8 * 1024 * 1024
/** A chunk ends where these bits of the digest are zero: every MiB on average. */
const splitMask: u64 = (1 << 20) - 1
const degree: u64 = 53

/** Look-up tables of 256 64-bit entries each. */
const leavingTable: usize = 0
const reducingTable: usize = 2048

/** Fills the tables: `polynomial` is of degree 53, bit n is the coefficient of x^n. Once, before anything else. */
export function prepare(polynomial: u64): void {
  for (let byte: u64 = 0; byte < 256; byte += 1) {
    let leaving = byte
    for (let i: u32 = 1; i < windowSize; i += 1) leaving = timesByte(leaving, polynomial)
    store<u64>(leavingTable + ((<usize>byte) << 3), leaving)
    const top = byte << degree
    store<u64>(reducingTable + ((<usize>byte) << 3), top | timesByte(byte << (degree - 8), polynomial))
  }
}

/** The product with x^8, reduced; `digest` is below x^53. */
function timesByte(digest: u64, polynomial: u64): u64 {
  let product = digest
  for (let i = 0; i < 8; i += 1) {
    product <<= 1
    if (product >> degree) product ^= polynomial
  }
  return product
}

/**
 * Where the chunk ends that begins at address `begin`: the first such address in (`from`, `to`], 0 when it ends later. It is
 * known not to end in (`begin`, `from`].
 */
export function findEnd(begin: u32, from: u32, to: u32): u32 {
  const last = min(to, begin + maxChunk)
  const first = max(from + 1, begin + minChunk)
  if (first > last) return 0
  const found = scan(first, last)
  return found !== 0 ? found : last === begin + maxChunk ? last : 0
}

/** The first address in [`first`, `last`] at which the digest of the 64 bytes before has the mask's bits zero, else 0. */
export function scan(first: u32, last: u32): u32 {
  let digest: u64 = 0
  for (let at = first - windowSize; at < first; at += 1) digest = append(digest, at)
  for (let at = first; at < last; at += 1) {
    if ((digest & splitMask) === 0) return at
    digest = append(digest ^ load<u64>(leavingTable + ((<usize>load<u8>(at - windowSize)) << 3)), at)
  }
  return (digest & splitMask) === 0 ? last : 0
}

function append(digest: u64, at: u32): u64 {
  return ((digest << 8) | load<u8>(at)) ^ load<u64>(reducingTable + ((<usize>(digest >> (degree - 8))) << 3))
}
