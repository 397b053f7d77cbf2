/** Logarithms of GF(256) with the polynomial 0x11D, as ISO/IEC 18004 uses it. */
const powers: number[] = []
const logs: number[] = []
for (let power = 0, value = 1; power < 255; power += 1) {
  powers[power] = value
  logs[value] = power
  value = value << 1
  if (value > 255) value ^= 0x11d
}

export function times(a: number, b: number): number {
  if (a === 0 || b === 0) return 0
  return powers[((logs[a] ?? 0) + (logs[b] ?? 0)) % 255] ?? 0
}

/** The product of (x - 2^0) … (x - 2^(degree - 1)), without its leading 1. */
function generator(degree: number): readonly number[] {
  let product = [1]
  for (let root = 0; root < degree; root += 1) {
    const next = [...product, 0]
    for (const [at, factor] of product.entries()) next[at + 1] = (next[at + 1] ?? 0) ^ times(factor, powers[root] ?? 0)
    product = next
  }
  return product.slice(1)
}

/** The words that make up for as many half that are read wrongly. */
export function correctionWords(data: readonly number[], count: number): readonly number[] {
  const factors = generator(count)
  let rest: number[] = new Array<number>(count).fill(0)
  for (const word of data) {
    const factor = word ^ (rest[0] ?? 0)
    rest = [...rest.slice(1), 0].map((value, at) => value ^ times(factors[at] ?? 0, factor))
  }
  return rest
}
