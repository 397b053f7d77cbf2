import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { ChunkBuffer } from '../chunker/chunk-buffer.ts'
import { SealingKey } from '../crypto/sealing-key.ts'
import { exclusion } from '../files/exclusion.ts'
import { readUserNames } from '../files/user-names.ts'
import { BlobTable } from '../index/blob-table.ts'
import { BlobStore } from '../pack/blob-store.ts'
import { pseudoRandom, scratchFolder } from '../test-repository.ts'
import { storeFolder } from './folder-job.ts'
import { type NextPart, plainRules } from './messages.ts'
import { storePart } from './part-job.ts'
import type { Source } from './source.ts'

const polynomial = 0x3da3358b4dc173n
const long = new Date('2020-01-02T03:04:05Z')

/** Calls `onStored` each time a blob was stored: after some of the file was read, and before its node is made. */
class WatchedStore extends BlobStore {
  onStored: () => void = () => undefined

  override add(...all: Parameters<BlobStore['add']>): string {
    const id = super.add(...all)
    this.onStored()
    return id
  }
}

async function sourceOf(capacity: number): Promise<{ source: Source; store: WatchedStore }> {
  const tables = { known: BlobTable.create(0, 64, 1000), claims: BlobTable.create(0, 64, 1000) }
  const sink = { append: () => undefined, finish: () => undefined }
  const store = new WatchedStore(SealingKey.random(), tables, { data: sink, tree: sink })
  const names = await readUserNames(AbortSignal.timeout(10_000))
  const buffer = new ChunkBuffer(polynomial, capacity)
  const rules = { rules: plainRules, exclusion: exclusion(plainRules.exclusion) }
  return { source: { store, tables, buffer, names, ...rules }, store }
}

function overwrite(file: string): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.from('NEW'), 0, 3, 0)
  closeSync(descriptor)
}

for (const [kind, bytes] of [
  ['small', 100_000],
  ['large', 40_000_000],
] as const) {
  it(`notes of a ${kind} file that changes while it is read what it was before`, async () => {
    await using scratch = await scratchFolder()
    const file = scratch.path('program')
    await writeFile(file, pseudoRandom(1, bytes))
    await utimes(file, long, long)
    const { source, store } = await sourceOf(16 * 1024 * 1024)
    store.onStored = () => overwrite(file)
    const node = kind === 'small' ? smallNode(scratch.folder, source) : largeNode(file, source)
    assert.match(node, /"mtime":"2020-01-02T0/)
    assert.equal(readFileSync(file).subarray(0, 3).toString(), 'NEW')
    assert.match(node, new RegExp(`"size":${bytes}`))
  })
}

function smallNode(folder: string, source: Source): string {
  const { nodes } = storeFolder({ kind: 'folder', folder, names: null, parent: null }, source)
  assert.equal(nodes.length, 1)
  return nodes[0] ?? ''
}

function largeNode(file: string, source: Source): string {
  let next: NextPart = { offset: 0, first: null }
  for (let parts = 1; next.offset !== null; parts += 1) {
    const { offset, first } = next
    const { end } = storePart({ kind: 'part', file: path.resolve(file), offset, first }, source, told => {
      next = told
    })
    if (end === null) continue
    assert.ok(parts > 1)
    return end.node
  }
  throw new Error('the file has no last part')
}
