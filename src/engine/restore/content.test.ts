import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync } from 'node:fs'
import { chmod, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { backup } from '../backup.ts'
import { openRepository, type Repository } from '../repository.ts'
import { restore } from '../restore.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import {
  describeFolder,
  newRepository,
  options,
  password,
  pieces,
  pseudoRandom,
  type Scratch,
  scratchFolder,
} from '../test-repository.ts'
import { openWriter } from '../writer.ts'
import { unfinished } from './open-file.ts'
import { lacksRoot } from './test-folders.ts'

const signal = AbortSignal.timeout(200_000)

/** So many small files that threads do the work, and two large ones that lie in several packs. */
async function makeMany(folder: string): Promise<void> {
  for (let at = 0; at < 12; at += 1) {
    await mkdir(path.join(folder, `folder-${at}`), { recursive: true })
    for (let i = 0; i < 60; i += 1) {
      const content = i % 7 === 0 ? 'the same in many' : `${at} ${i} `.repeat(i * at * 3)
      await writeFile(path.join(folder, `folder-${at}`, `file-${i}`), content)
    }
  }
  for (const i of [1, 2]) await writeFile(path.join(folder, `large-${i}`), pseudoRandom(i, 30_000_000))
}

async function backedUp(scratch: Scratch): Promise<{ repository: Repository; snapshot: Snapshot }> {
  await makeMany(scratch.path('source'))
  const { repository } = await newRepository(scratch.path('r'), signal)
  await backup(repository, [scratch.path('source')], {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  return { repository, snapshot: snapshot! }
}

/** Pack files of data, the largest first. */
async function packFiles(repository: string): Promise<string[]> {
  const names = await readdir(path.join(repository, 'data'), { recursive: true })
  const files = await Promise.all(
    names.map(async name => {
      const file = path.join(repository, 'data', name)
      return { file, found: await stat(file) }
    }),
  )
  const packs = files.filter(({ found }) => found.isFile()).sort((a, b) => b.found.size - a.found.size)
  return packs.map(({ file }) => file)
}

async function damage(file: string, offset: number): Promise<void> {
  await chmod(file, 0o600)
  await using handle = await open(file, 'r+')
  await handle.write(Buffer.from('damage'), 0, 6, offset)
}

it('restores many files by several threads, and tells of those that it cannot', async () => {
  await using scratch = await scratchFolder()
  const { repository, snapshot } = await backedUp(scratch)
  const target = scratch.path('target')
  const from = { target, path: scratch.path('source') }
  await mkdir(path.join(target, 'folder-3', 'file-9', 'occupied'), { recursive: true })
  const told: string[] = []
  const result = await restore(repository, snapshot, { ...from, onError: file => void told.push(file) }, signal)
  assert.deepEqual(told, [path.join(target, 'folder-3', 'file-9')])
  assert.deepEqual([result.files, result.folders, result.failed], [721, 12, 1])
  await rm(path.join(target, 'folder-3', 'file-9'), { recursive: true })
  const again = await restore(repository, snapshot, from, signal)
  assert.deepEqual([again.files, again.unchanged, again.failed], [722, 721, 0])
  assert.deepEqual(await describeFolder(target), await describeFolder(scratch.path('source')))
})

it('leaves nothing of a new file whose pack is damaged, and marks one that was there', async () => {
  await using scratch = await scratchFolder()
  const { repository, snapshot } = await backedUp(scratch)
  const packs = await packFiles(scratch.path('r'))
  await damage(packs[0]!, 1_000_000)
  await damage(packs[1]!, 5_000_000)
  const target = scratch.path('target')
  const told: string[] = []
  const onError = (file: string, error: unknown): void =>
    void told.push(`${path.basename(file)} ${(error as { code: string }).code}`)
  const from = { target, path: scratch.path('source'), onError }
  const result = await restore(repository, snapshot, from, signal)
  const lost = told.map(each => each.split(' ')[0]!)
  assert.ok(lost.length >= 1 && lost.every(name => name.startsWith('large-')), told.join())
  assert.ok(told.every(each => each.endsWith(' integrity')))
  assert.equal(new Set(lost).size, lost.length)
  assert.equal(result.files + result.failed, 722)
  const names = await readdir(target)
  assert.ok(lost.every(name => !names.includes(name)))
  for (const name of lost) await writeFile(path.join(target, name), 'what was there')
  await restore(repository, snapshot, from, signal)
  for (const name of lost) assert.equal((await stat(path.join(target, name))).mode & 0o7777, unfinished)
})

it('takes what a damaged, cut or missing pack had from another one', async () => {
  await using scratch = await scratchFolder()
  const { snapshot } = await backedUp(scratch)
  const source = scratch.path('source')
  // A second copy of everything, by a repository that does not know of the first one while it writes.
  cpSync(scratch.path('r'), scratch.path('copy'), { recursive: true })
  for (const kind of ['data', 'index', 'snapshots']) {
    await rm(scratch.path('copy', kind), { recursive: true })
    await mkdir(scratch.path('copy', kind))
  }
  const other = await openRepository(localBackend(scratch.path('copy')), password, options, signal)
  await backup(other, [source], {}, signal)
  const firsts = await packFiles(scratch.path('r'))
  for (const kind of ['data', 'index']) cpSync(scratch.path('copy', kind), scratch.path('r', kind), { recursive: true })
  await damage(firsts[0]!, 3_000_000)
  chmodSync(firsts[1]!, 0o600)
  await using cut = await open(firsts[1]!, 'r+')
  await cut.truncate(4_000_000)
  await rm(firsts[2]!)
  const opened = await openRepository(localBackend(scratch.path('r')), password, options, signal)
  const result = await restore(opened, snapshot, { target: scratch.path('target'), path: source, verify: true }, signal)
  assert.deepEqual([result.failed, result.verified], [0, 722])
  assert.deepEqual(await describeFolder(scratch.path('target')), await describeFolder(source))
})

it('stops when it is told to, and completes what it left with the next run', async () => {
  await using scratch = await scratchFolder()
  const { repository, snapshot } = await backedUp(scratch)
  const target = scratch.path('target')
  const from = { target, path: scratch.path('source') }
  const controller = new AbortController()
  const onProgress = ({ files }: { files: number }): void => {
    if (files > 100) controller.abort()
  }
  await assert.rejects(restore(repository, snapshot, { ...from, onProgress }, controller.signal), {
    name: 'AbortError',
  })
  const result = await restore(repository, snapshot, { ...from, overwrite: 'never' }, signal)
  assert.equal(result.failed, 0)
  assert.ok(result.skipped > 100, String(result.skipped))
  const contents = await Promise.all(['large-1', 'large-2'].map(name => readFile(path.join(target, name))))
  assert.ok(contents.every((content, i) => content.equals(pseudoRandom(i + 1, 30_000_000))))
  await restore(repository, snapshot, from, signal)
  assert.deepEqual(await describeFolder(target), await describeFolder(scratch.path('source')))
})

it('restores for who is not root what he may, without a word', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('source', 'closed'), { recursive: true })
  await writeFile(scratch.path('source', 'closed', 'secret'), 'x', { mode: 0o400 })
  await writeFile(scratch.path('source', 'program'), 'y')
  await chmod(scratch.path('source', 'program'), 0o4755)
  await chmod(scratch.path('source', 'closed'), 0o500)
  await backup(repository, [scratch.path('source')], {}, signal)
  const program = `
    const [engine, folder, source, target] = process.argv.slice(1)
    process.setgroups([]), process.setgid(65534), process.setuid(65534)
    const { localBackend } = await import(engine + '/../storage/local/local-backend.ts')
    const { openRepository } = await import(engine + '/repository.ts')
    const { restore } = await import(engine + '/restore.ts')
    const signal = AbortSignal.timeout(60000)
    const repository = await openRepository(localBackend(folder), ${JSON.stringify(password)}, {}, signal)
    const [snapshot] = await repository.snapshots(signal)
    for (let run = 0; run < 2; run += 1) {
      const result = await restore(repository, snapshot, { target, path: source, verify: true }, signal)
      console.log(JSON.stringify([result.files, result.unchanged, result.failed, result.limits]))
    }`
  await mkdir(scratch.path('target'))
  for (const each of [scratch.folder, scratch.path('target')]) await chmod(each, 0o777)
  spawnSync('chmod', ['-R', 'a+rX', scratch.path('r')])
  const words = [
    path.resolve(import.meta.dirname, '..'),
    scratch.path('r'),
    scratch.path('source'),
    scratch.path('target'),
  ]
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program, ...words], { encoding: 'utf8' })
  assert.equal(run.stdout, '[2,0,0,[]]\n[2,2,0,[]]\n', run.stderr)
  const { mode, uid } = await stat(scratch.path('target', 'program'))
  assert.deepEqual([mode & 0o7777, uid], [0o4755, 65_534])
  assert.equal((await stat(scratch.path('target', 'closed'))).mode & 0o7777, 0o500)
})

it('goes on where the file system takes no names as long as some in the snapshot', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const time = '2026-11-24T12:00:00Z'
  const { content, bytes } = await writer.addFile(pieces(Buffer.from('content')), signal)
  const facts = { mode: 0o644, uid: 0, gid: 0, size: bytes, content, mtime: time, atime: time, ctime: time }
  const names = ['n'.repeat(5000), 'n'.repeat(300), 'short']
  const tree = await writer.addTree(
    names.map(name => ({ name, type: 'file', ...facts })),
    signal,
  )
  const id = writer.addSnapshot({ time, tree, hostname: 'h', username: '', paths: ['/'], tags: [] })
  await writer.commit(signal)
  const told: number[] = []
  const onError = (file: string): void => void told.push(path.basename(file).length)
  const target = scratch.path('target')
  await restore(repository, await repository.snapshot(id, signal), { target, onError }, signal)
  assert.deepEqual(told.sort(), [300, 5000])
  assert.deepEqual(await readdir(target), ['short'])
})
