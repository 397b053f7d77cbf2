import assert from 'node:assert/strict'
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { backup } from './backup.ts'
import { neededFiles } from './needed-files.ts'
import { openRepository, type Repository } from './repository.ts'
import { restore } from './restore.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import { newRepository, options, password, pieces, scratchFolder } from './test-repository.ts'
import { goString } from './tree/go-json.ts'
import type { TreeNode } from './tree/tree-node.ts'
import { openWriter } from './writer.ts'

const signal = AbortSignal.timeout(60_000)
const time = '2026-01-02T03:04:05Z'
const base = { mode: 0o644, mtime: time, atime: time, ctime: time, uid: 0, gid: 0, content: null } as const

async function snapshotWith(repository: Repository, nodes: (file: TreeNode) => readonly TreeNode[]): Promise<Snapshot> {
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const { content } = await writer.addFile(pieces(Buffer.from('evil')), signal)
  const file: TreeNode = { ...base, name: 'file', type: 'file', size: 4, content }
  const tree = await writer.addTree(nodes(file), signal)
  const id = writer.addSnapshot({ time, tree, paths: ['/'], hostname: 'h', username: 'u', tags: [] })
  await writer.commit(signal)
  return await repository.snapshot(id, signal)
}

for (const name of ['..', '.', '', '../out', '/etc/out', 'a/b', 'nul\0byte']) {
  it(`refuses the name ${goString(name)} in a tree, and writes nothing`, async () => {
    await using scratch = await scratchFolder()
    const { repository } = await newRepository(scratch.path('r'), signal)
    const snapshot = await snapshotWith(repository, file => [
      { ...file, name },
      { ...file, name: 'a good one' },
    ])
    const target = scratch.path('deep', 'target')
    await assert.rejects(restore(repository, snapshot, { target }, signal), { code: 'integrity' })
    assert.deepEqual(await readdir(target), [])
    assert.deepEqual(await readdir(scratch.path('deep')), ['target'])
  })
}

it('does not follow links that lie in the target, and replaces them', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('source', 'folder'), { recursive: true })
  await writeFile(scratch.path('source', 'folder', 'file'), 'new')
  await writeFile(scratch.path('source', 'plain'), 'new')
  const { snapshot } = await backup(repository, [scratch.path('source')], {}, signal)
  await mkdir(scratch.path('outside'))
  await writeFile(scratch.path('outside', 'file'), 'untouched')
  await mkdir(scratch.path('target'))
  await symlink(scratch.path('outside'), scratch.path('target', 'folder'))
  await symlink(scratch.path('outside', 'file'), scratch.path('target', 'plain'))
  const found = await repository.snapshot(snapshot, signal)
  await restore(repository, found, { target: scratch.path('target'), path: scratch.path('source') }, signal)
  assert.equal(await readFile(scratch.path('outside', 'file'), 'utf8'), 'untouched')
  assert.ok((await lstat(scratch.path('target', 'folder'))).isDirectory())
  assert.ok((await lstat(scratch.path('target', 'plain'))).isFile())
  assert.equal(await readFile(scratch.path('target', 'folder', 'file'), 'utf8'), 'new')
})

it('follows its overwrite rule', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('source'))
  for (const name of ['same', 'changed', 'gone']) await writeFile(scratch.path('source', name), name)
  await utimes(scratch.path('source', 'same'), 1000, 1000)
  const { snapshot } = await backup(repository, [scratch.path('source')], {}, signal)
  const found = await repository.snapshot(snapshot, signal)
  const target = scratch.path('target')
  const run = (overwrite: 'always' | 'if-changed' | 'never') =>
    restore(repository, found, { target, path: scratch.path('source'), overwrite }, signal)
  await run('always')
  await writeFile(path.join(target, 'changed'), 'changed by hand')
  await rm(path.join(target, 'gone'))
  const { ino } = await stat(path.join(target, 'same'))
  const never = await run('never')
  assert.deepEqual([never.files, never.skipped], [1, 2])
  assert.equal(await readFile(path.join(target, 'changed'), 'utf8'), 'changed by hand')
  const changed = await run('if-changed')
  assert.deepEqual([changed.files, changed.unchanged, changed.skipped], [3, 2, 0])
  assert.equal(await readFile(path.join(target, 'changed'), 'utf8'), 'changed')
  assert.equal((await stat(path.join(target, 'same'))).ino, ino)
  const always = await run('always')
  assert.deepEqual([always.files, always.unchanged, always.bytes, always.written], [3, 3, 15, 0])
})

it('restores one file, or says that the snapshot does not have it', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await writeFile(scratch.path('file'), 'content')
  await symlink('file', scratch.path('link'))
  const { snapshot } = await backup(repository, [scratch.path('file'), scratch.path('link')], {}, signal)
  const found = await repository.snapshot(snapshot, signal)
  const target = scratch.path('target')
  for (const name of ['file', 'link']) await restore(repository, found, { target, path: scratch.path(name) }, signal)
  assert.equal(await readFile(path.join(target, 'file'), 'utf8'), 'content')
  assert.equal(await readlink(path.join(target, 'link')), 'file')
  await assert.rejects(restore(repository, found, { target, path: '/none' }, signal), { code: 'not-found' })
})

it('goes on after a file that cannot be written, tells it, and leaves no temporary file', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('source'))
  for (const name of ['a', 'b', 'c']) await writeFile(scratch.path('source', name), name)
  const { snapshot } = await backup(repository, [scratch.path('source')], {}, signal)
  const found = await repository.snapshot(snapshot, signal)
  const target = scratch.path('target')
  await mkdir(path.join(target, 'b', 'occupied'), { recursive: true }) // a folder that is not empty stands in the way
  const told: string[] = []
  const onError = (file: string): void => void told.push(path.basename(file))
  const result = await restore(repository, found, { target, path: scratch.path('source'), onError }, signal)
  assert.deepEqual([result.files, result.failed, told], [2, 1, ['b']])
  assert.deepEqual((await readdir(target)).sort(), ['a', 'b', 'c'])
  await assert.rejects(restore(repository, found, { target, path: scratch.path('source') }, signal), {
    code: 'storage',
  })
})

it('needs no file beyond those that neededFiles names', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const ids: string[] = []
  const source = await mkdtemp(path.join(os.tmpdir(), 'blackstart-needed-'))
  try {
    for (let round = 0; round < 4; round += 1) {
      await writeFile(path.join(source, `file-${round}`), `content ${round}`)
      await writeFile(path.join(source, 'changing'), `round ${round}`)
      ids.push((await backup(repository, [source], {}, signal)).snapshot)
    }
    const needed = await neededFiles(repository, [ids[1]!], signal)
    assert.deepEqual(needed.snapshots, [ids[1]])
    assert.equal(needed.indexes.length, 2)
    for (const [kind, names] of [
      ['pack', needed.packs],
      ['index', needed.indexes],
      ['snapshot', needed.snapshots],
    ] as const) {
      for await (const { name } of backend.list(kind, signal)) {
        if (!names.includes(name)) await backend.remove(kind, name, signal)
      }
    }
    const rest = await openRepository(backend, password, options, signal)
    const [snapshot] = await rest.snapshots(signal)
    await restore(rest, snapshot!, { target: scratch.path('target'), path: source }, signal)
    assert.deepEqual((await readdir(scratch.path('target'))).sort(), ['changing', 'file-0', 'file-1'])
    assert.equal(await readFile(scratch.path('target', 'changing'), 'utf8'), 'round 1')
  } finally {
    await rm(source, { recursive: true })
  }
})

it('says that a target cannot be made, rather than try for ever', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await writeFile(scratch.path('file'), 'content')
  const { snapshot } = await backup(repository, [scratch.path('file')], {}, signal)
  const found = await repository.snapshot(snapshot, signal)
  await assert.rejects(restore(repository, found, { target: '/proc/nothing/here' }, AbortSignal.timeout(10_000)), {
    code: 'storage',
    message: /\/proc\/nothing\/here cannot be made.*Choose another/,
  })
})
