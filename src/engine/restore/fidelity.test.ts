import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { backup } from '../backup.ts'
import { readAttributes } from '../files/extended-attributes.ts'
import { statFile } from '../files/file-stat.ts'
import { openRepository, type Repository } from '../repository.ts'
import { restore } from '../restore.ts'
import { newRepository, options, password, type Restic, scratchFolder, stockRestic } from '../test-repository.ts'
import { describeExactly, diskBytes, lacksRoot, makeEverything, makeTooDeep, mebibyte } from './test-folders.ts'

const signal = AbortSignal.timeout(200_000)
const found = await stockRestic()
const restic = found as Restic

async function subtrees(repository: Repository, source: string): Promise<(string | undefined)[]> {
  const snapshots = await repository.snapshots(signal)
  return await Promise.all(snapshots.map(async each => (await repository.find(each, source, signal))?.subtree))
}

describe('with a stock restic', { skip: typeof found === 'string' ? found : lacksRoot }, () => {
  it('makes the same trees of everything that a file can be, and restores it to the last bit', async () => {
    await using scratch = await scratchFolder()
    const source = scratch.path('source')
    await mkdir(source)
    await makeEverything(source)
    const original = await describeExactly(source)
    assert.ok(original.length > 55)
    const { repository } = await newRepository(scratch.path('r'), signal)
    assert.equal((await backup(repository, [source], {}, signal)).failed, 0)
    await restic(scratch.path('r'), 'backup', '--force', source)
    const [ours, theirs] = await subtrees(repository, source)
    assert.equal(ours, theirs)
    const [snapshot] = await repository.snapshots(signal)
    const target = scratch.path('ours')
    const restored = await restore(repository, snapshot!, { target, path: source, verify: true }, signal)
    assert.deepEqual([restored.failed, restored.limits, restored.unchanged], [0, [], 0])
    assert.deepEqual(await describeExactly(target), original)
    const sparse = (folder: string): number => diskBytes(path.join(folder, 'sparse'))
    assert.ok(sparse(target) <= sparse(source) + 65_536, `${sparse(target)} against ${sparse(source)}`)
    assert.ok(restored.written < restored.bytes - 50 * mebibyte)
    await restic(scratch.path('r'), 'restore', `latest:${source}`, '--target', scratch.path('theirs'))
    assert.deepEqual(await describeExactly(scratch.path('theirs')), original)
  })

  it('finds everything in place where it restores a second time, restic’s restores too', async () => {
    await using scratch = await scratchFolder()
    const source = scratch.path('source')
    await mkdir(source)
    await makeEverything(source)
    const original = await describeExactly(source)
    await restic(scratch.path('r'), 'init')
    await restic(scratch.path('r'), 'backup', source)
    const target = scratch.path('target')
    await restic(scratch.path('r'), 'restore', `latest:${source}`, '--target', target)
    const inodes = (): unknown[] =>
      ['text', 'large', 'link', 'null', 'sparse'].map(each => statFile(`${target}/${each}`).inode)
    const before = inodes()
    const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
    const [snapshot] = await repository.snapshots(signal)
    for (const overwrite of ['always', 'if-changed'] as const) {
      const again = await restore(repository, snapshot!, { target, path: source, overwrite }, signal)
      assert.deepEqual([again.failed, again.written, again.files - again.unchanged], [0, 0, 0])
      assert.deepEqual(inodes(), before)
      assert.deepEqual(await describeExactly(target), original)
    }
  })
})

it('restores what lies deeper than a path may be long', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  try {
    await mkdir(scratch.path('source'))
    const file = makeTooDeep(scratch.path('source'))
    assert.ok(Buffer.byteLength(file) > 9000)
    const { repository } = await newRepository(scratch.path('r'), signal)
    const { failed } = await backup(repository, [scratch.path('source')], {}, signal)
    assert.equal(failed, 0)
    const [snapshot] = await repository.snapshots(signal)
    const wanted = { target: scratch.path('target'), path: scratch.path('source'), verify: true }
    assert.equal((await restore(repository, snapshot!, wanted, signal)).failed, 0)
    assert.deepEqual(await describeExactly(scratch.path('target')), await describeExactly(scratch.path('source')))
    const again = await restore(repository, snapshot!, { ...wanted, delete: true }, signal)
    assert.deepEqual([again.failed, again.unchanged, again.removed], [0, 2, 0])
  } finally {
    execFileSync('rm', ['-rf', scratch.path('source'), scratch.path('target')])
  }
})

it('tells what a file system does not take, and restores the rest', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('source'))
  await writeFile(scratch.path('source', 'file'), 'content')
  execFileSync('setfattr', ['-n', 'user.a', '-v', 'x', scratch.path('source', 'file')])
  execFileSync('setfattr', ['-n', 'user.b', '-v', 'x', scratch.path('source')])
  await backup(repository, [scratch.path('source')], {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  const target = await mkdtemp(path.join(os.tmpdir(), 'blackstart-restore-'))
  try {
    execFileSync('mount', ['-t', 'ramfs', 'none', target]) // which has no extended attributes
    const result = await restore(repository, snapshot!, { target, path: path.dirname(scratch.path('source')) }, signal)
    assert.equal(result.failed, 0)
    assert.deepEqual(
      result.limits.map(({ part, entries }) => [part, entries]),
      [['attributes', 2]],
    )
    assert.match(result.limits[0]!.reason, /ENOTSUP/)
    assert.deepEqual(readAttributes(path.join(target, 'source', 'file'), assert.fail), [])
  } finally {
    execFileSync('umount', [target])
    await rm(target, { recursive: true })
  }
})
