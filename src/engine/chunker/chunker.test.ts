import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { it } from 'node:test'
import fc from 'fast-check'
import { pieces, pseudoRandom } from '../test-repository.ts'
import { maxChunk, minChunk } from './chunk-buffer.ts'
import { Chunker } from './chunker.ts'
import { isIrreducible, randomPolynomial } from './polynomial.ts'
import { referenceEnds } from './test-reference.ts'

const polynomial = 0x3da3358b4dc173n // of restic's own chunker tests

async function sizes(chunker: Chunker, source: AsyncIterable<Uint8Array>): Promise<number[]> {
  const sizes: number[] = []
  for await (const chunk of chunker.chunks(source)) sizes.push(chunk.byteLength)
  return sizes
}

it('cuts as the reference does', async () => {
  const bytes = pseudoRandom(1, 9_000_000)
  const expected = referenceEnds(bytes, polynomial)
  const found = await sizes(new Chunker(polynomial), pieces(bytes))
  assert.deepEqual(
    found,
    expected.map((end, i) => end - (expected[i - 1] ?? 0)),
  )
})

it('gives nothing for an empty stream, and a short one whole', async () => {
  assert.deepEqual(await sizes(new Chunker(polynomial), pieces(Buffer.alloc(0))), [])
  assert.deepEqual(await sizes(new Chunker(polynomial), pieces(Buffer.alloc(10), 3)), [10])
})

it('cuts zeros at the minimum, as restic does', async () => {
  const found = await sizes(new Chunker(polynomial), pieces(Buffer.alloc(minChunk * 3 + 5)))
  assert.deepEqual(found, [minChunk, minChunk, minChunk, 5])
})

it('never cuts beyond the maximum', async () => {
  // The same odd byte over and over gives one digest, that is not zero: no cut but the largest.
  const found = await sizes(new Chunker(polynomial), pieces(Buffer.alloc(maxChunk * 2 + 7, 0x35), 1_000_003))
  assert.deepEqual(found, [maxChunk, maxChunk, 7])
})

/** Whole but for the bytes around the first two places where a chunk may end. */
async function* byteByByte(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const single = minChunk - 1000
  yield bytes.subarray(0, single)
  yield* pieces(bytes.subarray(single, single + 150_000), 1)
  yield bytes.subarray(single + 150_000)
}

it('cuts the same whole, in pieces of any size and byte by byte', async () => {
  const chunker = new Chunker(polynomial)
  const bytes = pseudoRandom(2, 5 * 1024 * 1024 + 123)
  const whole = await sizes(chunker, pieces(bytes, bytes.length))
  assert.ok(whole.length > 2)
  assert.deepEqual(await sizes(chunker, byteByByte(bytes)), whole)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 2000, max: 900_000 }), { minLength: 1, maxLength: 20 }), async cuts => {
      async function* cut(): AsyncGenerator<Uint8Array> {
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const size = cuts[i % cuts.length]!
          yield bytes.subarray(at, at + size)
          at += size
        }
      }
      assert.deepEqual(await sizes(chunker, cut()), whole)
    }),
    { numRuns: 15 },
  )
})

it('may run several streams at once, and gives their bytes back', async () => {
  const chunker = new Chunker(polynomial)
  await Promise.all(
    [3, 4, 5, 6, 7, 8].map(async seed => {
      const bytes = pseudoRandom(seed, 3_000_000)
      const parts: Buffer[] = []
      for await (const chunk of chunker.chunks(pieces(bytes))) {
        await new Promise(setImmediate)
        parts.push(Buffer.from(chunk))
      }
      assert.ok(bytes.equals(Buffer.concat(parts)))
    }),
  )
})

it('makes irreducible polynomials of degree 53, and knows reducible ones', () => {
  for (let i = 0; i < 5; i += 1) {
    const made = randomPolynomial(randomBytes)
    assert.equal(made >> 53n, 1n)
    assert.ok(isIrreducible(made))
  }
  assert.ok(isIrreducible(polynomial))
  assert.ok(isIrreducible(0b111n)) // x² + x + 1
  assert.ok(!isIrreducible(0b101n)) // (x + 1)²
  assert.ok(!isIrreducible(polynomial << 1n))
})
