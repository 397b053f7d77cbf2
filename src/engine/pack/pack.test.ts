import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { BlackstartError } from '../../errors.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { SealingKey } from '../crypto/sealing-key.ts'
import { sha256 } from '../crypto/sha256.ts'
import { expectedPackBytes } from '../index/blob-index.ts'
import { BlobTable } from '../index/blob-table.ts'
import { decodeIndex, encodeIndex } from '../index/index-file.ts'
import { BlobSealer } from './blob-sealer.ts'
import { openBlob, sealBlob } from './blob-sealing.ts'
import { BlobStore } from './blob-store.ts'
import { type FinishedPack, PackBuilder } from './pack-builder.ts'
import type { BlobType } from './pack-header.ts'
import { headerOf } from './read-header.ts'

const key = SealingKey.random()
const backend = localBackend('nowhere')
const contents = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ minLength: 200 }).map(text => Buffer.from(text.repeat(9))),
  ),
  {
    minLength: 1,
    maxLength: 12,
  },
)

function build(type: BlobType, blobs: readonly Uint8Array[]) {
  const parts: Uint8Array[] = []
  const packs: FinishedPack[] = []
  const builder = new PackBuilder(key, {
    append: bytes => void parts.push(Uint8Array.from(bytes)),
    finish: pack => void packs.push(pack),
  })
  for (const plain of blobs) {
    const { bytes, plainLength } = sealBlob(key, type, plain)
    builder.add(type, sha256(plain), bytes, plainLength)
  }
  builder.flush()
  return { ...packs[0]!, parts }
}

it('gives back every blob by its own header, and by an index', () => {
  fc.assert(
    fc.property(contents, fc.constantFrom<BlobType>('data', 'tree'), (blobs, type) => {
      const pack = build(type, blobs)
      const bytes = Buffer.concat(pack.parts)
      assert.equal(pack.name, sha256(bytes))
      assert.equal(expectedPackBytes(pack.blobs), bytes.byteLength)
      const header = headerOf(backend, key, pack.name, bytes)
      assert.deepEqual(header, pack.blobs)
      const index = encodeIndex([{ id: pack.name, blobs: pack.blobs }])
      assert.deepEqual(decodeIndex(backend, pack.name, JSON.parse(index))[0]?.blobs, pack.blobs)
      for (const [i, blob] of header.entries()) {
        const plain = openBlob(key, blob, bytes.subarray(blob.offset, blob.offset + blob.length))
        assert.ok(Buffer.isBuffer(plain) && plain.equals(blobs[i]!))
      }
    }),
    { numRuns: 60 },
  )
})

it('never takes a damaged pack for a good one: any flipped byte or truncation is found in header or blobs', () => {
  const blobs = [Buffer.from('first '.repeat(40)), Buffer.from('second'), Buffer.from('third'.repeat(9))]
  const pack = build('data', blobs)
  const good = Buffer.concat(pack.parts)
  const isGood = (bytes: Buffer): boolean => {
    try {
      const opened = headerOf(backend, key, pack.name, bytes).map(blob => {
        return openBlob(key, blob, bytes.subarray(blob.offset, blob.offset + blob.length))
      })
      return opened.every((plain, i) => Buffer.isBuffer(plain) && plain.equals(blobs[i]!))
    } catch (error) {
      assert.ok(error instanceof BlackstartError && error.code === 'integrity' && error.message.includes(pack.name))
      return false
    }
  }
  assert.ok(isGood(good))
  for (let at = 0; at < good.byteLength; at += 1) {
    const flipped = Buffer.from(good)
    flipped[at] = flipped[at]! ^ (1 << (at % 8))
    assert.ok(!isGood(flipped), `byte ${at} flipped`)
    assert.ok(!isGood(good.subarray(0, at)), `cut to ${at} bytes`)
  }
})

it('compresses what gets shorter, and trees always', () => {
  const noise = Buffer.from(sha256(Buffer.of(1)), 'hex')
  assert.equal(sealBlob(key, 'data', noise).plainLength, null)
  assert.equal(sealBlob(key, 'tree', noise).plainLength, 32)
  assert.equal(sealBlob(key, 'data', Buffer.alloc(5000)).plainLength, 5000)
})

it('seals blob after blob in the same memory, and notices when a bit of one has flipped there', () => {
  const sealer = new BlobSealer(key)
  const types = fc.constantFrom<BlobType>('data', 'tree')
  fc.assert(
    fc.property(contents, types, fc.nat(), (blobs, type, flip) => {
      for (const plain of blobs) {
        const id = sha256(plain)
        const sealed = sealer.seal(type, plain)
        const { bytes, plainLength } = sealBlob(key, type, plain)
        assert.deepEqual([sealed.plainLength, sealed.bytes.byteLength], [plainLength, bytes.byteLength])
        const opened = openBlob(key, { type, id, plainLength }, sealed.bytes)
        assert.ok(Buffer.isBuffer(opened) && opened.equals(plain))
        assert.ok(sealer.opens(id, sealed))
        const flipped = sealer.seal(type, plain)
        const at = flip % flipped.bytes.byteLength
        flipped.bytes[at] = flipped.bytes[at]! ^ 1
        assert.ok(!sealer.opens(id, flipped))
        assert.ok(!sealer.opens(sha256(Buffer.concat([plain, Buffer.of(flip)])), sealer.seal(type, plain)))
      }
    }),
  )
})

it('refuses, naming it, an index that is not one', () => {
  const blob = { id: 'ab'.repeat(32), type: 'data', offset: 0, length: 5 }
  const values = [null, [], 'x', { packs: 5 }, { packs: [{ id: 'short', blobs: [] }] }]
  for (const change of [{ id: 'x' }, { type: 'rock' }, { offset: -1 }, { length: 1.5 }, { uncompressed_length: 'x' }]) {
    values.push({ packs: [{ id: 'ab'.repeat(32), blobs: [{ ...blob, ...change } as never] }] })
  }
  for (const value of values) {
    assert.throws(() => decodeIndex(backend, 'cd'.repeat(32), value), { code: 'integrity', message: /index\/cdcd/ })
  }
  assert.deepEqual(decodeIndex(backend, 'x', { packs: null, supersedes: ['y'] }), [])
})

it('takes no error of storing a blob for one of the file that is read: what was claimed is not there', () => {
  const tables = { known: BlobTable.create(0, 64, 1000), claims: BlobTable.create(0, 64, 1000) }
  const noMemory = Object.assign(new RangeError('no memory'), { code: 'ERR_MEMORY_ALLOCATION_FAILED' })
  const sink = {
    append: () => {
      throw noMemory
    },
    finish: () => undefined,
  }
  const store = new BlobStore(key, tables, { data: sink, tree: sink })
  assert.throws(() => store.add('data', Buffer.alloc(1000)), { name: 'BlackstartError', code: 'internal' })
})
