/** Polynomials over GF(2), one bit per coefficient: bit n is the coefficient of x^n. Used at setup only: BigInt is slow. */

/** The degree of every chunker polynomial that restic makes. */
export const polynomialDegree = 53

/** -1 for zero. */
function degree(polynomial: bigint): number {
  return polynomial === 0n ? -1 : polynomial.toString(2).length - 1
}

export function modulo(polynomial: bigint, divisor: bigint): bigint {
  const bits = degree(divisor)
  let rest = polynomial
  for (let excess = degree(rest) - bits; excess >= 0; excess = degree(rest) - bits) rest ^= divisor << BigInt(excess)
  return rest
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, modulo(x, y)]
  return x
}

/** Squaring over GF(2) puts a zero between every two bits. */
function squareModulo(polynomial: bigint, divisor: bigint): bigint {
  const spread = polynomial.toString(2).split('').join('0')
  return modulo(BigInt(`0b${spread}`), divisor)
}

/** Ben-Or's test: no factor of a degree up to half of the polynomial's own. */
export function isIrreducible(polynomial: bigint): boolean {
  let power = 2n
  for (let i = 1; i <= degree(polynomial) / 2; i += 1) {
    power = squareModulo(power, polynomial)
    if (greatestCommonDivisor(polynomial, power ^ 2n) !== 1n) return false
  }
  return degree(polynomial) > 0
}

/** A random irreducible polynomial of degree 53. `random` gives that many random bytes. */
export function randomPolynomial(random: (bytes: number) => Uint8Array): bigint {
  for (;;) {
    const bits = new DataView(Uint8Array.from(random(8)).buffer).getBigUint64(0, true)
    const candidate = (bits & ((1n << 54n) - 1n)) | (1n << 53n) | 1n
    if (isIrreducible(candidate)) return candidate
  }
}
