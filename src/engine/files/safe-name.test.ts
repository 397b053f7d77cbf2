import assert from 'node:assert/strict'
import { it } from 'node:test'
import { dumpFolder } from '../browse/dump/dump.ts'
import { rewriteSnapshots } from '../edit/rewrite-snapshots.ts'
import { newRepository, scratchFolder } from '../test-repository.ts'
import { openWriter } from '../writer.ts'

const signal = AbortSignal.timeout(60_000)
const time = '2026-11-24T12:00:00Z'

const link = (name: string): string =>
  `{"name":${JSON.stringify(name)},"type":"symlink","mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"linktarget":"/etc"}`

it('gives out no archive with names that lead out of it, or come twice', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  for (const names of [['..'], ['../up'], ['/etc/passwd'], ['a\\x00'], ['l', 'l']]) {
    const tree = await writer.addTreeText(names.map(link), signal)
    writer.addSnapshot({ time, tree, hostname: 'h', username: '', paths: ['/'], tags: [] })
    await writer.commit(signal)
    for (const format of ['tar', 'zip'] as const) {
      const dumping = Array.fromAsync(dumpFolder(repository, tree, { format }, signal))
      await assert.rejects(dumping, { code: 'integrity', message: /Tree .* holds the name/ }, names.join())
    }
  }
})

it('writes no tree again that has a name twice, and says so', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const tree = await writer.addTreeText(['a', 'l', 'l'].map(link), signal)
  const id = writer.addSnapshot({ time, tree, hostname: 'h', username: '', paths: ['/'], tags: [] })
  await writer.commit(signal)
  const snapshot = await repository.snapshot(id, signal)
  const isExcluded = (path: string): boolean => path === '/a'
  const rewriting = Array.fromAsync(rewriteSnapshots(repository, lock, [snapshot], { isExcluded }, signal))
  await assert.rejects(rewriting, { code: 'integrity', message: /holds the name "l" twice/ })
})
