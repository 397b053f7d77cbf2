import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { pseudoRandom, scratchFolder } from '../test-repository.ts'
import { storeFolder } from './folder-job.ts'
import type { Source } from './source.ts'
import { storeParts, testSource } from './test-source.ts'

const long = new Date('2020-01-02T03:04:05Z')

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
    const { source, store } = await testSource()
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
  const parts = storeParts(file, source)
  assert.ok(parts.length > 1)
  return parts.at(-1)?.end?.node ?? ''
}
