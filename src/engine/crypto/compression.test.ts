import assert from 'node:assert/strict'
import { it } from 'node:test'
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { pseudoRandom } from '../test-repository.ts'
import { compress, decompress, openCompression, parameters } from './compression.ts'
import { nativeZstd } from './native-zstd.ts'
import { asNodeDoes, mostCompressed, nodeZstd, type ZstdCodecOf } from './zstd-codec.ts'
import { statedSize } from './zstd-frame.ts'

const { ZSTD_c_checksumFlag, ZSTD_c_compressionLevel, ZSTD_c_contentSizeFlag, ZSTD_c_hashLog } = constants
const plain = Buffer.from(Array.from({ length: 3000 }, (_, i) => `${i % 97} ${i * i} `).join(''))
const skipped = Buffer.from('502a4d1804000000deadbeef', 'hex')
const codecs: Readonly<Record<string, ZstdCodecOf | null>> = { node: nodeZstd, native: nativeZstd() }

/** As a writer does that streams: it knows no size, and ends a block with each piece. */
async function streamed(bytes: Buffer, piece: number): Promise<Buffer> {
  const stream = createZstdCompress()
  for (let at = 0; at < bytes.length; at += piece) {
    stream.write(bytes.subarray(at, at + piece))
    stream.flush()
  }
  return Buffer.concat(await stream.end().toArray())
}

/** A frame of one block that repeats a byte `size` times, and says that there are `stated` of it (RFC 8878, 3.1.1). */
function repeating(stated: bigint, size: number): Buffer {
  const frame = Buffer.alloc(17)
  frame.writeUInt32LE(0xfd2fb528)
  frame.writeUInt8(0xe0, 4)
  frame.writeBigUInt64LE(stated, 5)
  frame.writeUIntLE((size << 3) | 0b011, 13, 3)
  return frame
}

for (const [name, codecOf] of Object.entries(codecs)) {
  const skip = codecOf === null && 'zstd of this Node cannot be called directly: on Linux only'
  const compression = openCompression(codecOf ?? nodeZstd)

  it(`${name}: gives back what was compressed, whatever was compressed between`, { skip }, () => {
    const content = fc.oneof(fc.uint8Array({ maxLength: 3000 }), fc.nat(200_000).map(pseudoText))
    fc.assert(
      fc.property(fc.array(content, { maxLength: 10 }), contents => {
        const frames = contents.map(compression.compress)
        for (const [i, frame] of frames.entries()) {
          const expected = contents[i]!
          assert.equal(statedSize(frame), expected.byteLength)
          assert.ok(frame.byteLength <= mostCompressed(expected.byteLength))
          assert.ok(compression.decompress(frame, expected.byteLength).equals(expected))
        }
      }),
      { numRuns: 50 },
    )
    const large = Buffer.concat([pseudoRandom(1, 9_000_000), Buffer.alloc(3_000_000)])
    assert.ok(compression.decompress(compression.compress(large), large.length).equals(large))
  })

  it(`${name}: makes the frames that Node makes`, { skip }, () => {
    for (const bytes of [plain, Buffer.alloc(0), pseudoRandom(2, 5000), Buffer.from(pseudoText(400_000))]) {
      const params = { ...parameters }
      assert.deepEqual(compression.compress(bytes), zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length }))
    }
  })

  it(`${name}: reads the frames of other writers`, { skip }, async () => {
    const ours = compression.compress(plain)
    const frames = {
      'of no stated size': zstdCompressSync(plain, { params: { [ZSTD_c_contentSizeFlag]: 0 } }),
      'of many blocks': await streamed(plain, 100),
      'with a checksum': zstdCompressSync(plain, {
        params: { [ZSTD_c_checksumFlag]: 1 },
        pledgedSrcSize: plain.length,
      }),
      'at another level': zstdCompressSync(plain, { params: { [ZSTD_c_compressionLevel]: 19 } }),
      'behind a skippable one': Buffer.concat([skipped, ours]),
      'before a skippable one': Buffer.concat([ours, skipped]),
      'one after the other': Buffer.concat([
        compression.compress(plain.subarray(0, 10)),
        skipped,
        await streamed(plain.subarray(10), 5000),
      ]),
    }
    for (const [what, frame] of Object.entries(frames)) {
      assert.ok(compression.decompress(frame, plain.length).equals(plain), what)
      assert.ok(compression.decompress(frame, plain.length + 1).equals(plain), what)
      const target = Buffer.alloc(plain.length)
      assert.equal(compression.decompressInto(frame, target), plain.length, what)
      assert.ok(target.equals(plain), what)
      assert.throws(() => compression.decompress(frame, plain.length - 1), what)
      assert.equal(compression.decompressInto(frame, target.subarray(1)), -1, what)
    }
    assert.equal(compression.decompress(compression.compress(Buffer.alloc(0)), 0).byteLength, 0)
  })

  it(`${name}: refuses what is cut off, what is followed by something else, and nothing at all`, { skip }, () => {
    const frame = compression.compress(plain.subarray(0, 500))
    const target = Buffer.alloc(1000)
    const refused = (bytes: Buffer): void => {
      assert.throws(() => compression.decompress(bytes, 1000))
      assert.equal(compression.decompressInto(bytes, target), -1)
      // The context is as good as before.
      assert.ok(compression.decompress(frame, 500).equals(plain.subarray(0, 500)))
    }
    for (let length = 0; length < frame.length; length += 1) refused(frame.subarray(0, length))
    refused(Buffer.concat([frame, Buffer.from('more')]))
    refused(Buffer.from('no frame'))
  })

  it(`${name}: takes no more memory than it is allowed, whatever a frame says or holds`, { skip }, () => {
    const bomb = compression.compress(Buffer.alloc(50_000_000))
    assert.ok(bomb.length < 5000)
    assert.throws(() => compression.decompress(bomb, 49_999_999))
    for (const [stated, size] of [
      [2n ** 60n, 10],
      [10n, 100_000],
      [100_000n, 10],
    ] as const) {
      assert.throws(() => compression.decompress(repeating(stated, size), 1000))
      assert.throws(() => compression.decompress(repeating(stated, size), 1_000_000))
    }
    assert.ok(compression.decompress(repeating(1000n, 1000), 1000).equals(Buffer.alloc(1000)))
    assert.throws(() => compression.decompress(Buffer.concat([repeating(10n, 10), bomb]), 1_000_000))
  })

  it(`${name}: compresses to a given buffer, or says that it does not fit`, { skip }, () => {
    const frame = compression.compress(plain)
    const room = mostCompressed(plain.length)
    const target = Buffer.alloc(room + 1000, 0xaa)
    assert.equal(compression.compressInto(plain, target.subarray(500, 500 + room)), frame.length)
    assert.ok(target.subarray(500, 500 + frame.length).equals(frame))
    assert.ok([...target.subarray(0, 500), ...target.subarray(500 + room)].every(byte => byte === 0xaa))
    assert.equal(compression.compressInto(plain, target.subarray(0, frame.length - 1)), -1)
  })
}

function pseudoText(length: number): Buffer {
  return Buffer.from(
    pseudoRandom(length, length / 4)
      .toString('latin1')
      .replaceAll(/[^a-z]/g, ' ')
      .repeat(4),
  )
}

it('takes the faster codec only where it does the same', () => {
  assert.equal(asNodeDoes(nodeZstd, parameters), nodeZstd)
  assert.equal(asNodeDoes(null, parameters), null)
  assert.equal(
    asNodeDoes(() => nodeZstd({ ...parameters, [ZSTD_c_hashLog]: 10 }), parameters),
    null,
    'one that does not take the level',
  )
  const [first] = [nodeZstd(parameters)]
  const stale: ZstdCodecOf = () => {
    let last = Buffer.alloc(0)
    return {
      ...first,
      compress(bytes, target) {
        const length = first.compress(last.byteLength === 0 ? bytes : last, target)
        last = Buffer.from(bytes)
        return length
      },
    }
  }
  assert.equal(asNodeDoes(stale, parameters), null, 'one that gives what it gave before')
  assert.equal(
    asNodeDoes(() => ({ ...first, decompress: () => -1 }), parameters),
    null,
    'one that does not read',
  )
})

it('is one for each thread, whose frames stay what they were', () => {
  const frames = [plain, Buffer.from('other'), plain.subarray(7)].map(compress)
  assert.deepEqual(
    frames.map(frame => decompress(frame, 100_000)),
    [plain, Buffer.from('other'), plain.subarray(7)],
  )
})
