import { createCipheriv, createHash } from 'node:crypto'

/** Numbers that are the same for the same seed, on every machine. */
export interface SeededRandom {
  /** From 0 up to, not with, 1. */
  next(): number
  /** From 0 up to, not with, `below`. */
  integer(below: number): number
  /** Of mean 0 and deviation 1. */
  normal(): number
  /** Fills with bytes that neither compress nor repeat. */
  fill(bytes: Uint8Array): void
}

export function seededRandom(seed: string): SeededRandom {
  const digest = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-128-ctr', digest.subarray(16), digest.subarray(0, 16))
  const next = sfc32(digest)
  return {
    next,
    integer: below => Math.floor(next() * below),
    // Box and Muller; the first uniform is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fill: bytes => bytes.set(cipher.update(Buffer.alloc(bytes.byteLength))),
  }
}

/** Chris Doty-Humphrey's small fast counting generator. */
function sfc32(seed: Buffer): () => number {
  let [a, b, c] = [seed.readInt32LE(0), seed.readInt32LE(4), seed.readInt32LE(8)]
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 12; i += 1) next()
  return next
}

/** A size of a log-normal distribution: half of all are below `median`. */
export function logNormal(random: SeededRandom, median: number, deviation: number): number {
  return Math.round(median * Math.exp(deviation * random.normal()))
}
