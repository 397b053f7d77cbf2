import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { it } from 'node:test'
import fc from 'fast-check'
import { minChunk } from '../chunker/chunk-buffer.ts'
import { referenceEnds } from '../chunker/test-reference.ts'
import { sha256 } from '../crypto/sha256.ts'
import { pseudoRandom, scratchFolder } from '../test-repository.ts'
import { polynomial, storeParts, testSource } from './test-source.ts'

const block = 4096

interface Piece {
  readonly kind: 'hole' | 'zeros' | 'data'
  readonly blocks: number
}

/** Of what a disk image is made of; zeros that were written are no hole. The last piece may end within a block. */
function writePieces(file: string, pieces: readonly Piece[], rest: number): { size: number; written: number } {
  const descriptor = openSync(file, 'w')
  let at = 0
  let written = 0
  for (const [index, { kind, blocks }] of pieces.entries()) {
    const bytes = blocks * block
    if (kind !== 'hole') {
      const content = kind === 'zeros' ? new Uint8Array(bytes) : pseudoRandom(index + 1, bytes)
      writeSync(descriptor, content, 0, bytes, at)
      written += bytes
    }
    at += bytes
  }
  const size = Math.max(0, at - rest)
  ftruncateSync(descriptor, size)
  closeSync(descriptor)
  return { size, written }
}

/** Bytes that this process has asked of files so far. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
}

function expectedIds(file: string): string[] {
  const bytes = readFileSync(file)
  const ends = referenceEnds(bytes, polynomial)
  return ends.map((end, i) => sha256(bytes.subarray(ends[i - 1] ?? 0, end)))
}

it('a file with holes is cut where restic cuts it, wherever they lie', async () => {
  await using scratch = await scratchFolder()
  const file = scratch.path('disk.img')
  const chunkBlocks = minChunk / block
  const blocks = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    // around what one chunk, and what a hole that is not read, takes
    fc.integer({ min: chunkBlocks - 2, max: chunkBlocks + 2 }),
    fc.integer({ min: 2 * chunkBlocks - 2, max: 2 * chunkBlocks + 2 }),
    fc.integer({ min: 1, max: 1_500 }),
  )
  const kind = fc.constantFrom('hole' as const, 'hole' as const, 'zeros' as const, 'data' as const)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ kind, blocks }), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 0, max: block - 1 }),
      async (pieces, rest) => {
        writePieces(file, pieces, rest)
        const { source } = await testSource()
        const content = storeParts(file, source).flatMap(part => part.content)
        assert.deepEqual(content, expectedIds(file))
      },
    ),
    { numRuns: 60 },
  )
})

it('holes of just one chunk or two, behind chunks of any length, are cut where restic cuts them', async () => {
  await using scratch = await scratchFolder()
  const file = scratch.path('disk.img')
  const chunk = minChunk / block
  for (const before of [1, chunk - 1, 2_304, 2_305, 3_000]) {
    for (const hole of [chunk, chunk + 1, 2 * chunk, 2 * chunk + 1, 3 * chunk]) {
      writePieces(
        file,
        [
          { kind: 'data', blocks: before },
          { kind: 'hole', blocks: hole },
          { kind: 'data', blocks: 768 },
          { kind: 'hole', blocks: hole },
        ],
        0,
      )
      const { source } = await testSource()
      const content = storeParts(file, source).flatMap(part => part.content)
      assert.deepEqual(content, expectedIds(file), `${before} ${hole}`)
    }
  }
})

it('of a disk image nothing is read but what was written', async () => {
  await using scratch = await scratchFolder()
  const file = scratch.path('disk.img')
  const pieces = Array.from(
    { length: 12 },
    (_, at): Piece => ({ kind: at % 2 === 0 ? 'hole' : 'data', blocks: 300 + 900 * (1 - (at % 2)) }),
  )
  const { size, written } = writePieces(file, [...pieces, { kind: 'hole', blocks: 5_000 }], 17)
  const { source } = await testSource()
  const before = bytesRead()
  const parts = storeParts(file, source)
  const read = bytesRead() - before
  assert.deepEqual(
    parts.flatMap(part => part.content),
    expectedIds(file),
  )
  assert.ok(size > 4 * written)
  assert.ok(read < written + parts.length * 10_000, `${read} bytes of ${written} that were written`)
})
