import assert from 'node:assert/strict'
import { closeSync, openSync, readSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import { it } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { pseudoRandom, scratchFolder } from '../test-repository.ts'
import { ChunkBuffer, maxChunk, minChunk } from './chunk-buffer.ts'
import { modulo, randomPolynomial } from './polynomial.ts'
import { referenceEnds } from './test-reference.ts'

const polynomial = 0x3da3358b4dc173n // of restic's own chunker tests
let seed = 1000
const polynomials = [polynomial, ...[1, 2, 3].map(() => randomPolynomial(count => pseudoRandom(seed++, count)))]

/** The ends that a whole file has: those that are found, and its own. */
function endsOfFile(buffer: ChunkBuffer, length: number): number[] {
  const ends = buffer.ends(0, 0, length)
  if ((ends.at(-1) ?? 0) < length) ends.push(length)
  return ends
}

/** Written from the definition: the remainder of the last 64 bytes, as one polynomial, at every byte. */
function definedEnds(bytes: Buffer): number[] {
  const leaving = Array.from({ length: 256 }, (_, byte) => modulo(BigInt(byte) << 512n, polynomial))
  const ends: number[] = []
  let [start, digest] = [0, 0n]
  for (let at = 0; at < bytes.length; at += 1) {
    const length = at + 1 - start
    if (length <= minChunk - 64) continue
    const out = length > minChunk ? leaving[bytes[at - 64]!]! : 0n
    digest = modulo((digest << 8n) | BigInt(bytes[at]!), polynomial) ^ out
    if (length < minChunk || ((digest & 0xfffffn) !== 0n && length < maxChunk)) continue
    ends.push(at + 1)
    start = at + 1
    digest = 0n
  }
  if (start < bytes.length) ends.push(bytes.length)
  return ends
}

/** Fills the buffer with what gives no cut but the largest, and with 64 zeros, which ask for one, before each of `places`. */
function plant(buffer: ChunkBuffer, places: readonly number[]): void {
  buffer.bytes.fill(0x35)
  for (const place of places) buffer.bytes.fill(0, place - 64, place)
}

it('finds its WebAssembly when it runs as built JavaScript', async () => {
  await using scratch = await scratchFolder()
  const source = await readFile(path.join(import.meta.dirname, 'chunk-buffer.ts'), 'utf8')
  await writeFile(scratch.path('chunk-buffer.mjs'), stripTypeScriptTypes(source))
  await copyFile(path.join(import.meta.dirname, 'rabin.wasm'), scratch.path('rabin.wasm'))
  const built: typeof import('./chunk-buffer.ts') = await import(pathToFileURL(scratch.path('chunk-buffer.mjs')).href)
  assert.deepEqual(new built.ChunkBuffer(polynomial, maxChunk).ends(0, 0, 2 * minChunk), [minChunk, 2 * minChunk])
})

it('is held to a reference that cuts as the definition says', () => {
  const bytes = pseudoRandom(1, 2_500_000)
  assert.deepEqual(referenceEnds(bytes, polynomial), definedEnds(bytes))
})

it('cuts random bytes as the reference does, with any polynomial', () => {
  const bytes = pseudoRandom(11, 12_000_000)
  for (const each of polynomials) {
    const buffer = new ChunkBuffer(each, bytes.length)
    buffer.bytes.set(bytes)
    const expected = referenceEnds(bytes, each)
    assert.ok(expected.length > 3)
    assert.deepEqual(endsOfFile(buffer, bytes.length), expected)
  }
})

it('cuts structured bytes as the reference does: runs of zeros, text, counters, one byte over and over', () => {
  const buffer = new ChunkBuffer(polynomial, 3 * maxChunk)
  const kinds: ((bytes: Uint8Array) => void)[] = [
    bytes => bytes.fill(0x35),
    bytes => bytes.fill(0, maxChunk / 2, maxChunk),
    bytes => {
      for (let at = 0; at < bytes.length; at += 1_234_567) bytes.fill(0, at, at + 700_000)
    },
    bytes => {
      const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
      for (let i = 0; i < words.length; i += 1) words[i] = i >> 3
    },
    bytes => {
      for (let at = 0; at < bytes.length; at += 64)
        Buffer.from(bytes.buffer).write(`line ${at}\n`, bytes.byteOffset + at)
    },
  ]
  buffer.bytes.set(pseudoRandom(12, buffer.bytes.length))
  for (const fill of kinds) {
    fill(buffer.bytes)
    assert.deepEqual(endsOfFile(buffer, buffer.bytes.length), referenceEnds(buffer.bytes, polynomial))
  }
})

it('cuts as the reference does at every edge of length', () => {
  const around = (middle: number): number[] => [-65, -64, -63, -1, 0, 1, 63, 64, 65].map(more => middle + more)
  const lengths = [0, 1, 63, 64, 65, ...around(minChunk), ...around(2 * minChunk), ...around(maxChunk)]
  const contents = [pseudoRandom(13, maxChunk + 65), Buffer.alloc(maxChunk + 65), Buffer.alloc(maxChunk + 65, 0x35)]
  const buffer = new ChunkBuffer(polynomial, maxChunk + 65)
  for (const content of contents) {
    buffer.bytes.set(content)
    const whole = referenceEnds(content, polynomial)
    for (const length of lengths) {
      // What ends within the length does so whatever follows: the reference need not run for each.
      const expected = whole.filter(end => end <= length)
      if ((expected.at(-1) ?? 0) < length) expected.push(length)
      assert.deepEqual(endsOfFile(buffer, length), expected, `${length} bytes`)
    }
  }
})

it('finds a cut at every place, whichever stripe it lies in', () => {
  const buffer = new ChunkBuffer(polynomial, maxChunk)
  const stripe = 33 * 64
  const edges = [0, 1, 15, 16, 17, 127, 128, 129, 2047, 2048, 2049, stripe - 1, stripe, stripe + 1]
  for (let i = 2; i <= 33; i += 1) edges.push(i * stripe - 1, i * stripe, i * stripe + 1)
  for (const edge of edges) {
    plant(buffer, [minChunk + edge])
    for (const to of [0, 1, 2048, 100_000].map(more => minChunk + edge + more))
      assert.equal(buffer.end(0, 0, to), minChunk + edge, `${edge} of ${to}`)
    assert.equal(buffer.end(0, 0, minChunk + edge - 1), null)
    assert.equal(buffer.end(0, minChunk + edge, minChunk + 120_000), null)
  }
})

it('finds the first of many cuts, from anywhere to anywhere', () => {
  const buffer = new ChunkBuffer(polynomial, minChunk + 200_000)
  const place = fc.integer({ min: minChunk, max: minChunk + 200_000 })
  fc.assert(
    fc.property(fc.uniqueArray(place, { maxLength: 40 }), place, place, (places, a, b) => {
      // Zeros that run on would ask for further cuts.
      const apart = places.sort((x, y) => x - y).filter((at, i) => i === 0 || at - places[i - 1]! > 128)
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      plant(buffer, apart)
      assert.equal(buffer.end(0, from, to), apart.find(at => at > from && at <= to) ?? null)
    }),
    { numRuns: 300 },
  )
})

it('finds the same ends however the bytes arrive, wherever the chunk begins', () => {
  const buffer = new ChunkBuffer(polynomial, 6_000_000)
  buffer.bytes.set(pseudoRandom(14, 6_000_000))
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.array(fc.nat(5_000_000), { maxLength: 30 }), (begin, stops) => {
      const whole = buffer.ends(begin, begin, 6_000_000)
      const ends: number[] = []
      let from = begin
      for (const to of [...stops.map(stop => begin + stop).sort((a, b) => a - b), 6_000_000]) {
        ends.push(...buffer.ends(ends.at(-1) ?? begin, from, Math.min(to, 6_000_000)))
        from = Math.min(to, 6_000_000)
      }
      assert.deepEqual(ends, whole)
    }),
    { numRuns: 40 },
  )
})

it('takes the same bytes for the same wherever they lie, up to the last byte of its memory', () => {
  const length = 32 * 65_536
  const bytes = pseudoRandom(15, length)
  const expected = referenceEnds(bytes, polynomial)
  assert.ok(expected.length > 1)
  for (const before of [0, 1, 7, 64, 65_535, 65_536]) {
    const buffer = new ChunkBuffer(polynomial, before + length)
    buffer.bytes.set(bytes, before)
    const ends = buffer.ends(before, before, before + length).map(end => end - before)
    if (ends.at(-1) !== length) ends.push(length)
    assert.deepEqual(ends, expected)
  }
})

it('has files read straight into it', async () => {
  await using scratch = await scratchFolder()
  const bytes = pseudoRandom(16, 5_000_000)
  await writeFile(scratch.path('file'), bytes)
  const buffer = new ChunkBuffer(polynomial, maxChunk)
  const file = openSync(scratch.path('file'), 'r')
  const filled = readSync(file, buffer.bytes, 0, buffer.bytes.byteLength, 0)
  closeSync(file)
  assert.deepEqual(endsOfFile(buffer, filled), referenceEnds(bytes, polynomial))
})

it('refuses offsets out of order or beyond its end', () => {
  const buffer = new ChunkBuffer(polynomial, 1000)
  for (const [begin, from, to] of [
    [-1, 0, 0],
    [1, 0, 1],
    [0, 2, 1],
    [0, 0, 1001],
    [Number.NaN, 0, 0],
  ] as const)
    assert.throws(() => buffer.end(begin, from, to), RangeError)
})
