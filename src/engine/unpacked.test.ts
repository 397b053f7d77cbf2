import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import type { Backend } from '../storage/backend.ts'
import { localBackend } from '../storage/local/local-backend.ts'
import { decompress } from './crypto/compression.ts'
import { SealingKey } from './crypto/sealing-key.ts'
import { sha256 } from './crypto/sha256.ts'
import { decodeIndex, encodeIndex } from './index/index-file.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot/snapshot.ts'
import { newRepository, pseudoRandom, scratchFolder, stockRestic } from './test-repository.ts'
import { openUnpacked, sealUnpacked } from './unpacked.ts'

const signal = AbortSignal.timeout(100_000)
const restic = await stockRestic()
const skip = typeof restic === 'string' && restic
const key = SealingKey.random()
const backend = localBackend('nowhere')

/** The JSON texts in all files of a kind, by name. */
async function textsOf(backend: Backend, key: SealingKey, kind: 'index' | 'snapshot'): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for await (const { name } of backend.list(kind, signal)) {
    const plain = key.open(await backend.read(kind, name, null, signal))
    assert.ok(plain !== null && plain[0] === 2)
    texts.set(name, decompress(plain.subarray(1), 1_000_000).toString())
  }
  return texts
}

it('writes indexes and snapshots of restic again, byte for byte', { skip }, async () => {
  if (typeof restic === 'string') return
  await using scratch = await scratchFolder()
  const { backend, repository } = await newRepository(scratch.path('r'), signal)
  const [large, text] = [scratch.path('<large> & é'), scratch.path('text')]
  await writeFile(large, pseudoRandom(1, 3_000_000))
  await writeFile(text, 'recipe\n'.repeat(1000))
  const words = ['--tag', 'a,b', '--exclude', '*.<tmp>', '--host', 'é & <h>']
  for (let run = 0; run < 2; run += 1) await restic(scratch.path('r'), 'backup', ...words, large, text, '--force')
  await restic(scratch.path('r'), 'tag', '--add', 'c')
  const indexes = await textsOf(backend, repository.key, 'index')
  assert.ok(indexes.size > 0)
  for (const [name, text] of indexes) {
    assert.equal(encodeIndex(decodeIndex(backend, name, JSON.parse(text))), text.trimEnd())
  }
  const snapshots = await textsOf(backend, repository.key, 'snapshot')
  assert.equal(snapshots.size, 2)
  for (const [name, text] of snapshots) {
    assert.equal(encodeSnapshot(decodeSnapshot(backend, name, JSON.parse(text))), text.trimEnd())
  }
})

it('reads what it sealed, and bare JSON from the times of version 1', () => {
  const { name, bytes } = sealUnpacked(key, '{"a":[1]}')
  assert.deepEqual(openUnpacked(backend, key, { kind: 'index', name, bytes }), { a: [1] })
  for (const json of ['{"a":[1]}', '[1]']) {
    const bytes = key.seal(Buffer.from(json))
    const opened = openUnpacked(backend, key, { kind: 'snapshot', name: sha256(bytes), bytes })
    assert.deepEqual(opened, JSON.parse(json))
  }
})

it('names the file where its bytes, its seal, its encoding or its JSON is wrong', () => {
  const good = sealUnpacked(key, '{}')
  const other = sealUnpacked(SealingKey.random(), '{}')
  const files = [
    { name: 'ab'.repeat(32), bytes: good.bytes, says: 'does not match its name' },
    { ...other, says: "was not sealed with this repository's key" },
    ...['', '\u0001{}', '\u0002{}', '{', '"text"'].map(plain => {
      const bytes = key.seal(Buffer.from(plain))
      return { name: sha256(bytes), bytes, says: 'holds no readable JSON' }
    }),
  ]
  for (const { says, ...file } of files) {
    const message = new RegExp(`locks/${file.name} is damaged: it ${says}`)
    assert.throws(() => openUnpacked(backend, key, { kind: 'lock', ...file }), { code: 'integrity', message })
  }
})
