import assert from 'node:assert/strict'
import { it } from 'node:test'
import { constants, zstdCompressSync } from 'node:zlib'
import { compress } from '../crypto/compression.ts'
import { statedSize } from '../crypto/zstd-frame.ts'
import { decodeIndex } from '../index/index-file.ts'
import { openBlob } from '../pack/blob-sealing.ts'
import { decodeHeader } from '../pack/pack-header.ts'
import { headerOf } from '../pack/read-header.ts'
import { decodeTree } from '../tree/tree-json.ts'
import { decodeUnpacked } from '../unpacked.ts'
import { backend, id, key, name, time } from './place.ts'

const mebibyte = 1024 * 1024

/** Runs the action, which may throw, and says by how many bytes the most memory that this process ever had has grown. */
function grownBy(action: () => void): number {
  const before = process.resourceUsage().maxRSS
  try {
    action()
  } catch {
    // what it says is tested elsewhere
  }
  return (process.resourceUsage().maxRSS - before) * 1024
}

/** A zstd frame's beginning that states so many bytes. */
function frameStating(bytes: bigint): Buffer {
  const frame = Buffer.from(`28b52ffde0${'00'.repeat(8)}010000`, 'hex')
  frame.writeBigUInt64LE(bytes, 5)
  return frame
}

// First: what needs much memory would hide what this takes.
it('gives no memory to what a few bytes claim', () => {
  const pack = Buffer.concat([key.seal(Buffer.alloc(10)), Buffer.from('ffffffff', 'hex')])
  const entry = Buffer.concat([Buffer.of(2), Buffer.alloc(8, 0xff), Buffer.alloc(32, 1)])
  const small = compress(Buffer.from('small'))
  const claims: Record<string, () => void> = {
    'a pack header of 4 GiB': () => headerOf(backend, key, name, pack),
    'blobs of 4 GiB in a header': () => decodeHeader(Buffer.concat([entry, entry])),
    'blobs of 4 GiB in an index': () =>
      decodeIndex(backend, name, { packs: [{ id, blobs: [{ id, type: 'data', offset: 0, length: 2 ** 32 - 1 }] }] }),
    'content of 4 GiB': () => openBlob(key, { type: 'data', id, plainLength: 2 ** 32 - 1 }, key.seal(small)),
    'a frame of 2^62 bytes': () => decodeUnpacked('index', Buffer.concat([Buffer.of(2), frameStating(2n ** 62n)])),
    'a blob that is such a frame': () =>
      openBlob(key, { type: 'data', id, plainLength: 2 ** 32 - 1 }, key.seal(frameStating(2n ** 32n - 1n))),
  }
  for (const [claim, action] of Object.entries(claims)) {
    const grown = grownBy(action)
    assert.ok(grown < 64 * mebibyte, `${claim}: grew by ${grown} bytes`)
  }
})

it('stops a decompression bomb at the most that such a file may hold, whether it says its size or not', () => {
  const zeros = Buffer.alloc(300 * mebibyte)
  const silent = { [constants.ZSTD_c_contentSizeFlag]: 0 }
  for (const frame of [compress(zeros), zstdCompressSync(zeros, { params: silent })]) {
    assert.ok(frame.byteLength < 100_000)
    const plain = Buffer.concat([Buffer.of(2), frame])
    for (const kind of ['lock', 'snapshot', 'index'] as const) {
      assert.throws(() => decodeUnpacked(kind, plain), /says that it holds 314572800|larger than|ERR_BUFFER_TOO_LARGE/)
    }
    const blob = openBlob(key, { type: 'data', id, plainLength: 1000 }, key.seal(frame))
    assert.match(String(blob), /cannot be decompressed/)
  }
})

it('reads the size that a zstd frame states, in each of its forms', () => {
  for (const bytes of [0, 1, 255, 256, 257, 65_535, 65_536, 65_791, 65_792, 5_000_000]) {
    assert.equal(statedSize(compress(Buffer.alloc(bytes))), bytes)
  }
  assert.equal(statedSize(frameStating(2n ** 40n)), 2 ** 40)
  assert.equal(statedSize(zstdCompressSync('x', { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } })), null)
  assert.throws(() => statedSize(Buffer.from('no frame')), /not a zstd frame/)
})

it('reads a file of a million chunks, and a folder whose names no file can have', () => {
  const node = { type: 'file', mtime: time, atime: time, ctime: time, uid: 0, gid: 0, content: [] as string[] }
  const large = { ...node, name: 'large', content: Array(1_000_000).fill(id) }
  assert.equal(decodeTree(Buffer.from(JSON.stringify({ nodes: [large] })))?.[0]?.content?.length, 1_000_000)
  const names = ['', '.', '..', 'a/b', '\\x00', '\\x2f']
  const nodes = decodeTree(Buffer.from(JSON.stringify({ nodes: names.map(name => ({ ...node, name })) })))
  assert.deepEqual(
    nodes?.map(({ name }) => name),
    ['', '.', '..', 'a/b', '\0', '/'],
  )
})

it('refuses what is nested too deeply to be compared or written, and takes the rest', () => {
  const base = `"name":"a","type":"file","mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0`
  const nested = (depth: number, inner: string): Buffer =>
    Buffer.from(`{"nodes":[{${base},"future":${'['.repeat(depth)}${inner}${']'.repeat(depth)}}]}`)
  assert.equal(decodeTree(nested(100_000, '1.0')), null)
  assert.equal(decodeTree(nested(1000, '1.0'))?.length, 1)
})
