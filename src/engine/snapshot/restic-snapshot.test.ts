import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { newRepository, scratchFolder, stockRestic } from '../test-repository.ts'
import { formatTime } from '../tree/go-time.ts'
import { openWriter } from '../writer.ts'
import { encodeSnapshot, type Snapshot } from './snapshot.ts'

const signal = AbortSignal.timeout(200_000)
const restic = await stockRestic()
const skip = typeof restic === 'string' && restic

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('hex'))
const text = fc.string({
  unit: fc.constantFrom('a', ':', ' ', '/', '<', '&', '"', '\\', '\n', 'é', '漢', '🤖', '\u2028'),
  minLength: 1,
})
const user = fc.integer({ min: 1, max: 2 ** 32 - 1 })
const time = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }).map(formatTime)
const texts = fc.uniqueArray(text, { maxLength: 4 })
const summary = fc.record(
  {
    ...{
      backup_start: time,
      backup_end: time,
      files_new: fc.nat(),
      files_changed: fc.nat(),
      files_unmodified: fc.nat(),
    },
    ...{
      dirs_new: fc.nat(),
      dirs_changed: fc.nat(),
      dirs_unmodified: fc.nat(),
      data_blobs: fc.nat(),
      tree_blobs: fc.nat(),
    },
    ...{
      data_added: fc.nat(),
      data_added_packed: fc.nat(),
      total_files_processed: fc.nat(),
      total_bytes_processed: fc.nat(),
    },
  },
  { noNullPrototype: true },
)
const snapshot: fc.Arbitrary<Omit<Snapshot, 'id' | 'tree'>> = fc.record(
  {
    ...{ time, paths: texts, hostname: text, username: text, uid: user, gid: user, tags: texts, excludes: texts },
    ...{ parent: id, original: id, programVersion: text, summary },
  },
  { requiredKeys: ['time', 'paths', 'hostname', 'username', 'tags'], noNullPrototype: true },
)

it('writes and reads any snapshot as restic does', { skip }, async () => {
  if (typeof restic === 'string') return
  await using scratch = await scratchFolder()
  const folder = scratch.path('r')
  const { repository } = await newRepository(folder, signal)
  const written = new Map<string, Omit<Snapshot, 'id'>>()
  {
    await using lock = await repository.lock('shared', signal)
    await using writer = await openWriter(repository, lock, signal)
    const tree = await writer.addTree([], signal)
    for (const fields of fc.sample(snapshot, 12))
      written.set(writer.addSnapshot({ ...fields, tree }), { ...fields, tree })
    await writer.commit(signal)
  }
  for (const [name, fields] of written) {
    const shown = JSON.parse(await restic(folder, 'cat', 'snapshot', name))
    assert.equal(JSON.stringify(shown), JSON.stringify(JSON.parse(encodeSnapshot(fields))))
  }
  // restic writes each of them anew
  await restic(folder, 'tag', '--add', 'added')
  const after = await repository.snapshots(signal)
  assert.equal(after.length, written.size)
  for (const { id: _, original, tags, ...rest } of after) {
    const before = written.get(original ?? '') ?? [...written.values()].find(each => each.original === original)
    const { original: __, tags: ___, excludes = [], ...same } = before as Omit<Snapshot, 'id'>
    assert.deepEqual(rest, { ...same, ...(excludes.length > 0 ? { excludes } : {}) })
    assert.deepEqual(tags, [...(before?.tags ?? []), 'added'])
  }
})
