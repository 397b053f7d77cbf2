import assert from 'node:assert/strict'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { backup } from '../backup.ts'
import { openRepository } from '../repository.ts'
import { newRepository, options, password, pseudoRandom, scratchFolder, stockRestic } from '../test-repository.ts'
import { maxChunk, minChunk } from './chunk-buffer.ts'

const signal = AbortSignal.timeout(1_200_000)
const restic = await stockRestic()
const skip = typeof restic === 'string' ? restic : false
/** The chunker's window: what the digest depends on. */
const windowSize = 64
const mebibyte = 1024 * 1024

/** Cut nowhere but at the maximum: one byte over and over has one digest, and this one's is not a cut for any polynomial so far. */
const uncut = (length: number): Buffer => Buffer.alloc(length, 0x35)

/** Writes `count` files of what `make` gives for each number; returns their bytes. */
async function lay(folder: string, count: number, make: (i: number) => Buffer): Promise<number> {
  await mkdir(folder, { recursive: true })
  let bytes = 0
  for (let i = 0; i < count; i += 1) {
    const content = make(i)
    await writeFile(path.join(folder, `f${i}`), content)
    bytes += content.byteLength
  }
  return bytes
}

/** One file that several threads cut, and many that one thread cuts. */
async function layRandom(folder: string): Promise<number> {
  let bytes = await lay(folder, 60, i => pseudoRandom(i, 1_000_003 + i * 70_001))
  for (let i = 0; i < 40; i += 1) {
    await appendFile(path.join(folder, 'large'), pseudoRandom(1000 + i, 8 * mebibyte + i))
    bytes += 8 * mebibyte + i
  }
  return bytes
}

function lines(seed: number): Buffer {
  const text: string[] = []
  for (let i = 0; i < 90_000; i += 1) text.push(`2026-03-01T06:${i % 60};station ${seed % 7};${(i * seed) % 1013};ok\n`)
  return Buffer.from(text.join(''))
}

/** Repeated patterns of every length up to 300 bytes, log lines, blocks of zeros between others, the same bytes shifted. */
async function layStructured(folder: string): Promise<number> {
  const periods = await lay(path.join(folder, 'periods'), 300, i => Buffer.alloc(1_100_000, pseudoRandom(i, i + 1)))
  const logs = await lay(path.join(folder, 'logs'), 40, lines)
  const holes = await lay(path.join(folder, 'holes'), 30, i =>
    Buffer.concat([pseudoRandom(i, 700_000 + 4096 * i), Buffer.alloc(1_500_000 + i), pseudoRandom(i + 1, 900_000)]),
  )
  const shifted = await lay(path.join(folder, 'shifted'), 30, i =>
    Buffer.concat([pseudoRandom(77, i * 331), pseudoRandom(78, 6_000_000)]),
  )
  return periods + logs + holes + shifted
}

/** A digest of zero, which is a cut, that ends at every place around the shortest and the longest chunk; files that end there. */
async function layEdges(folder: string): Promise<number> {
  const around = 2 * windowSize + 12
  const shift = (i: number): number => i - windowSize - 6
  const zeros = Buffer.alloc(windowSize)
  const after = pseudoRandom(5, 40_000)
  const shortest = await lay(path.join(folder, 'shortest'), around, i =>
    Buffer.concat([pseudoRandom(i + 9, minChunk - windowSize + shift(i)), zeros, after, uncut(minChunk)]),
  )
  const longest = await lay(path.join(folder, 'longest'), around, i =>
    Buffer.concat([uncut(maxChunk - windowSize + shift(i)), zeros, after]),
  )
  const ends = [minChunk, maxChunk].flatMap(limit => [-65, -64, -63, -2, -1, 0, 1, 2, 63, 64, 65].map(d => limit + d))
  const lengths = [...Array.from({ length: 130 }, (_, i) => i), ...ends]
  const ended = await lay(path.join(folder, 'ends'), lengths.length * 2, i =>
    i % 2 === 0 ? uncut(lengths[i >> 1] ?? 0) : pseudoRandom(i, lengths[i >> 1] ?? 0),
  )
  return shortest + longest + ended
}

it('cuts more than a GiB of random and structured data, and every edge, where restic cuts', { skip }, async t => {
  if (typeof restic === 'string') return
  await using scratch = await scratchFolder()
  const [folder, source] = [scratch.path('repository'), scratch.path('source')]
  const { repository } = await newRepository(folder, signal)
  const random = await layRandom(path.join(source, 'random'))
  const structured = await layStructured(path.join(source, 'structured'))
  const edges = await layEdges(path.join(source, 'edges'))
  t.diagnostic(`${random} bytes of random data, ${structured} structured, ${edges} around the edges`)
  assert.ok(random + structured > 1024 * mebibyte && edges > 1024 * mebibyte)
  await restic(folder, 'backup', source)
  const [theirs] = await repository.snapshots(signal)
  const again = await openRepository(repository.backend, password, options, signal)
  const { snapshot, failed } = await backup(again, [source], { force: true, hostname: 'other' }, signal)
  assert.equal(failed, 0)
  const trees = [theirs, await again.snapshot(snapshot, signal)].map(async each => {
    assert.ok(each !== undefined)
    return (await again.find(each, source, signal))?.subtree
  })
  const [their, own] = await Promise.all(trees)
  assert.ok(own !== undefined)
  // the names of all chunks are in it
  assert.equal(own, their)
})
