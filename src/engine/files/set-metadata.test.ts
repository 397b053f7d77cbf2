import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { backup } from '../backup.ts'
import { lacksRoot } from '../restore/test-folders.ts'
import type { RestoreResult } from '../restore.ts'
import { newRepository, password, scratchFolder } from '../test-repository.ts'
import { readAttributes } from './extended-attributes.ts'

const signal = AbortSignal.timeout(60_000)

const program = `
  const [engine, folder, source, target] = process.argv.slice(1)
  const { localBackend } = await import(engine + '/../storage/local/local-backend.ts')
  const { openRepository } = await import(engine + '/repository.ts')
  const { restore } = await import(engine + '/restore.ts')
  const signal = AbortSignal.timeout(60000)
  const repository = await openRepository(localBackend(folder), ${JSON.stringify(password)}, {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  console.log(JSON.stringify(await restore(repository, snapshot, { target, path: source }, signal)))
`

/** A restore by somebody who is not root. */
function restoreAsUser(repository: string, source: string, target: string): RestoreResult {
  const words = [path.resolve(import.meta.dirname, '..'), repository, source, target]
  const options = { encoding: 'utf8', uid: 1, gid: 1 } as const
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program, ...words], options)
  assert.equal(run.stderr, '')
  return JSON.parse(run.stdout) as RestoreResult
}

const attributesOf = (file: string): string[] =>
  readAttributes(file, assert.fail)
    .map(({ name, value }) => `${name}=${Buffer.from(value, 'base64')}`)
    .filter(text => text.startsWith('user.'))
    .sort()

const aclOf = (file: string): string[] =>
  readAttributes(file, assert.fail).flatMap(({ name, value }) => (name === 'system.posix_acl_access' ? [value] : []))

it('restores attributes of files that their owner may not write', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  const [source, target] = [scratch.path('source'), scratch.path('target')]
  const names = ['unwritable', 'unreadable', 'same', 'others', 'others-same']
  await chmod(scratch.path(), 0o755)
  for (const folder of [source, target]) {
    await mkdir(folder)
    for (const name of names) {
      const file = path.join(folder, name)
      await writeFile(file, name)
      const isOld = folder === target && !name.endsWith('same')
      execFileSync('setfattr', ['-n', 'user.changed', '-v', isOld ? 'old' : 'new', file])
      if (isOld) execFileSync('setfattr', ['-n', 'user.gone', '-v', 'x', file])
      await chmod(file, name === 'unreadable' ? 0o000 : 0o444)
      if (!name.startsWith('others')) await chown(file, 1, 1)
    }
    execFileSync('setfacl', ['-m', 'u:1234:r', path.join(folder, 'same')])
    await chown(folder, 1, 1)
  }
  execFileSync('setfacl', ['-m', 'u:1234:r', path.join(source, 'unwritable')])
  const { repository } = await newRepository(scratch.path('r'), signal)
  await backup(repository, [source], {}, signal)
  execFileSync('chown', ['-R', '1:1', scratch.path('r')])
  const { failed, unchanged, limits } = restoreAsUser(scratch.path('r'), source, target)
  assert.deepEqual([failed, unchanged], [0, 5])
  for (const name of ['unwritable', 'unreadable', 'same']) {
    assert.deepEqual(attributesOf(path.join(target, name)), ['user.changed=new'], name)
    const modes = [source, target].map(async folder => (await stat(path.join(folder, name))).mode)
    assert.deepEqual(await modes[0], await modes[1], name)
  }
  for (const name of ['unwritable', 'same']) {
    assert.deepEqual(aclOf(path.join(target, name)), aclOf(path.join(source, name)))
    assert.equal(aclOf(path.join(target, name)).length, 1)
  }
  // The file of somebody else, and only it, is told.
  assert.deepEqual(attributesOf(path.join(target, 'others')), ['user.changed=old', 'user.gone=x'])
  assert.deepEqual(
    limits.map(({ part, entries }) => [part, entries]),
    [['attributes', 1]],
  )
  assert.match(limits[0]!.reason, /EACCES/)
})
