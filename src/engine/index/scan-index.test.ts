import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { localBackend } from '../../storage/local/local-backend.ts'
import { sha256 } from '../crypto/sha256.ts'
import { BlobIndex } from './blob-index.ts'
import { decodeIndex, encodeIndex, type IndexedPack } from './index-file.ts'

const id = fc.nat(30).map(number => sha256(Buffer.from(String(number))))
const blob = fc.record({
  type: fc.constantFrom('data' as const, 'tree' as const),
  id,
  offset: fc.nat(2 ** 31 - 1),
  length: fc.integer({ min: 32, max: 2 ** 31 - 1 }),
  plainLength: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
})
const packs = fc.array(fc.record({ id, blobs: fc.array(blob, { maxLength: 6 }) }), { maxLength: 6 })

function dump(index: BlobIndex): unknown {
  return [
    [...index.packs].map(([name, { blobs, indexes, end }]) => [name, blobs, indexes, end]),
    index.blobs,
    index.entries,
  ]
}

function indexOf(json: string, byScan: boolean): BlobIndex {
  const index = new BlobIndex()
  if (byScan) assert.ok(index.addJson('file', Buffer.from(json)))
  else index.add('file', decodeIndex(localBackend('nowhere'), 'file', JSON.parse(json)))
  return index
}

it('reads an index as the parser of all JSON does', () => {
  fc.assert(
    fc.property(packs, list => {
      const json = encodeIndex(list as IndexedPack[])
      assert.deepEqual(dump(indexOf(json, true)), dump(indexOf(json, false)))
    }),
  )
})

it('leaves what is written in another way, or is no index, to that parser, and adds nothing of it', () => {
  const good = encodeIndex([
    {
      id: sha256(Buffer.of(1)),
      blobs: [{ type: 'data', id: sha256(Buffer.of(2)), offset: 0, length: 40, plainLength: 7 }],
    },
  ])
  const index = new BlobIndex()
  const edits: [RegExp, string][] = [
    [/^\{/, '{ '],
    [/"offset":0/, '"offset":00'],
    [/"offset":0/, '"offset":-0'],
    [/"offset":0/, '"offset":4294967296'],
    [/"length":40/, '"length":31'],
    [/"length":40/, '"length":4e1'],
    [/"length":40/, '"length":'],
    [/"data"/, '"date"'],
    [/"uncompressed_length":7/, '"other":7'],
    [/"id":"./, '"id":"G'],
    [/\}$/, ''],
    [/\}$/, '} '],
    [/\]\}$/, '],"more":1}'],
    [/^\{/, '{"supersedes":[],'],
  ]
  for (const [from, to] of edits) {
    const json = good.replace(from, to)
    assert.notEqual(json, good)
    assert.ok(!index.addJson('file', Buffer.from(json)), json)
  }
  for (let end = 0; end < good.length; end += 1) assert.ok(!index.addJson('file', Buffer.from(good.slice(0, end))))
  assert.deepEqual(dump(index), dump(new BlobIndex()))
  assert.ok(index.addJson('file', Buffer.from(good)))
})

it('keeps numbers and places when it needs more room, and counts a blob once', () => {
  const index = new BlobIndex()
  const list = (from: number) =>
    Array.from({ length: 1000 }, (_, i) => ({
      type: 'data' as const,
      id: sha256(Buffer.from(String((from + i) % 1500))),
      offset: i * 50,
      length: 50,
      plainLength: null,
    }))
  index.add('one', [{ id: sha256(Buffer.of(1)), blobs: list(0) }])
  index.add('two', [
    { id: sha256(Buffer.of(2)), blobs: list(1000) },
    { id: sha256(Buffer.of(1)), blobs: list(0) },
  ])
  assert.deepEqual([index.blobs, index.entries], [1500, 2000])
  assert.deepEqual(index.packs.get(sha256(Buffer.of(1)))?.indexes, ['one', 'two'])
  assert.equal(index.packs.get(sha256(Buffer.of(1)))?.blobs.length, 1000)
  assert.deepEqual(
    index.all('data', sha256(Buffer.from('7'))).map(({ pack, offset }) => [pack, offset]),
    [
      [sha256(Buffer.of(1)), 350],
      [sha256(Buffer.of(2)), 25_350],
    ],
  )
  assert.equal(index.numberOf('data', sha256(Buffer.from('7'))), 7)
})
