import assert from 'node:assert/strict'
import { compress, decompress, decompressInto } from '../crypto/compression.ts'
import { sha256 } from '../crypto/sha256.ts'
import { openBlob, sealBlob } from '../pack/blob-sealing.ts'
import { decodeHeader, encodeHeader, type PackedBlob } from '../pack/pack-header.ts'
import { headerOf } from '../pack/read-header.ts'
import { openUnpacked, sealUnpacked } from '../unpacked.ts'
import { mutatedBytes } from './mutate-bytes.ts'
import { backend, fileOf, id, key, name } from './place.ts'
import type { Random } from './random.ts'
import { orRefused, trialOf } from './trial.ts'

const texts = [0, 1, 9, 80].map(length => Buffer.from('{"a":"recipe of filler 3"}'.repeat(length)))
const frames = texts.map(compress)
const bombs = [100_000, 100_001, 3_000_000].map(length => compress(Buffer.alloc(length)))
const headers = [0, 1, 2, 9].map(count => encodeHeader(Array.from({ length: count }, (_, i) => blobOf(i))))
const packs = headers.map(packOf)
const sealed = [...texts, ...headers].map(plain => key.seal(plain))
const files = ['{}', '{"packs":null}', `[${'1,'.repeat(300)}1]`].map(json => sealUnpacked(key, json).bytes)
const plains = [...frames.map(frame => Buffer.concat([Buffer.of(2), frame])), ...texts, Buffer.from('[1]')]

function blobOf(i: number): PackedBlob {
  return { type: i % 2 === 0 ? 'data' : 'tree', id, offset: 0, length: 40 + i, plainLength: i % 3 === 0 ? null : i + 1 }
}

/** A pack whose blobs are zeros: as long as its header says, where that is not too long. */
function packOf(header: Buffer): Buffer {
  const content = decodeHeader(header)?.reduce((sum, blob) => sum + blob.length, 0) ?? 0
  const end = key.seal(header)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(end.byteLength)
  return Buffer.concat([Buffer.alloc(content < 100_000 ? content : 0), end, length])
}

function mutatedOf(random: Random, samples: readonly Buffer[]): Buffer {
  return mutatedBytes(random, random.pick(samples), random.pick(samples))
}

/** Either damaged on its way, or made so by whoever has the key. */
function damagedOrForged(
  random: Random,
  plain: readonly Buffer[],
  whole: readonly Uint8Array[],
  forge: (plain: Buffer) => Uint8Array,
): Buffer {
  if (random.oneIn(3)) return mutatedOf(random, whole.map(Buffer.from))
  return Buffer.from(forge(mutatedOf(random, plain)))
}

function checkBlobs(blobs: readonly PackedBlob[]): void {
  let offset = 0
  for (const blob of blobs) {
    assert.equal(blob.offset, offset)
    assert.ok(blob.type === 'data' || blob.type === 'tree')
    assert.match(blob.id, /^[0-9a-f]{64}$/)
    assert.ok(blob.length >= 32 && blob.length < 2 ** 32)
    assert.ok(blob.plainLength === null || (blob.plainLength > 0 && blob.plainLength < 2 ** 32))
    offset += blob.length
  }
}

export const packHeader = trialOf<PackedBlob[]>({
  name: 'pack header',
  input: random => mutatedOf(random, headers),
  parse: decodeHeader,
  check: checkBlobs,
  encode: encodeHeader,
})

export const pack = trialOf<PackedBlob[]>({
  name: 'pack',
  input: random => damagedOrForged(random, headers, packs, packOf),
  parse: input => orRefused(fileOf('pack'), () => headerOf(backend, key, name, input)),
  check: checkBlobs,
  encode: blobs => packOf(encodeHeader(blobs)),
})

export const sealedEnvelope = trialOf<Buffer>({
  name: 'sealed envelope',
  input: random => (random.oneIn(4) ? Buffer.from(random.pick(sealed)) : mutatedOf(random, sealed)),
  parse(input) {
    const plain = key.open(input)
    const copy = Buffer.from(input)
    const inPlace = key.openInPlace(copy)
    assert.equal(key.isAuthentic(input), plain !== null)
    assert.ok(plain === null ? inPlace === null && copy.equals(input) : inPlace !== null && plain.equals(inPlace))
    return plain
  },
  check: plain => assert.ok(Buffer.isBuffer(plain)),
  encode: plain => key.seal(plain),
})

export const unpackedFile = trialOf<{ value: unknown }>({
  name: 'unpacked file',
  input: random =>
    random.oneIn(8) ? key.seal(random.pick(plains)) : damagedOrForged(random, plains, files, plain => key.seal(plain)),
  parse(input) {
    const file = { kind: 'snapshot', name: sha256(input), bytes: input } as const
    const found = orRefused(`snapshots/${file.name}`, () => ({ value: openUnpacked(backend, key, file) }))
    // digits beyond JavaScript's numbers: what wants an object refuses them
    return found?.value === Number.POSITIVE_INFINITY || found?.value === Number.NEGATIVE_INFINITY ? null : found
  },
  check: ({ value }) => assert.notEqual(value, undefined),
  encode: ({ value }) => sealUnpacked(key, JSON.stringify(value)).bytes,
})

const mostPlain = 100_000

/** Memory that is unpacked into, and behind it some that nothing may write to. */
const arena = Buffer.alloc(mostPlain + 64, 0xa5)
const behind = Buffer.alloc(64, 0xa5)

/** Unpacks to a given place, and compares. */
function checkInto(input: Buffer, plain: Buffer | null): void {
  const bytes = decompressInto(input, arena.subarray(0, mostPlain))
  assert.ok(arena.subarray(mostPlain).equals(behind), 'wrote behind its place')
  assert.equal(bytes, plain === null ? -1 : plain.byteLength)
  if (plain !== null) assert.ok(arena.subarray(0, bytes).equals(plain))
}

function decompressOrNull(input: Buffer): Buffer | null {
  try {
    return decompress(input, mostPlain)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

export const zstdFrame = trialOf<Buffer>({
  name: 'zstd frame',
  input: random => (random.oneIn(100) ? random.pick(bombs) : mutatedOf(random, frames)),
  parse(input) {
    const plain = decompressOrNull(input)
    checkInto(input, plain)
    return plain
  },
  check: plain => assert.ok(plain.byteLength <= mostPlain),
  encode: compress,
})

const blobIds = texts.map(sha256)
const blobs = texts.map(plain => sealBlob(key, 'data', plain))

/** The sealed bytes follow the number of the blob and the length that an index claims for its content. */
export const blob = trialOf<{ which: number; plain: Buffer }>({
  name: 'blob',
  input(random) {
    const which = random.below(texts.length)
    const { bytes, plainLength } = blobs[which] as (typeof blobs)[number]
    const claim = Buffer.alloc(5, which)
    claim.writeUInt32LE(
      random.oneIn(2) ? (plainLength ?? 0) : random.pick([0, 1, 9999, random.oneIn(50) ? 2 ** 32 - 1 : 5]),
      1,
    )
    if (random.oneIn(3)) return Buffer.concat([claim, bytes])
    return Buffer.concat([claim, damagedOrForged(random, frames, [bytes], plain => key.seal(plain))])
  },
  parse(input) {
    const which = input.readUInt8(0)
    const plainLength = input.readUInt32LE(1) || null
    const opened = openBlob(key, { type: 'data', id: blobIds[which] ?? id, plainLength }, input.subarray(5))
    return typeof opened === 'string' ? null : { which, plain: opened }
  },
  check: ({ which, plain }) => assert.ok(plain.equals(texts[which] as Buffer)),
  encode({ which, plain }) {
    const { bytes, plainLength } = sealBlob(key, 'data', plain)
    const claim = Buffer.alloc(5, which)
    claim.writeUInt32LE(plainLength ?? 0, 1)
    return Buffer.concat([claim, bytes])
  },
})
