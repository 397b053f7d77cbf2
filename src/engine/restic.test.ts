import assert from 'node:assert/strict'
import { chmod, chown, cp, link, lutimes, mkdir, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { localBackend } from '../storage/local/local-backend.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { systemPath } from './files/file-system.ts'
import { openRepository } from './repository.ts'
import { restore } from './restore.ts'
import {
  addPassword,
  describeFolder,
  newRepository,
  options,
  password,
  pseudoRandom,
  type Restic,
  scratchFolder,
  stockRestic,
} from './test-repository.ts'

const signal = AbortSignal.timeout(280_000)
const found = await stockRestic()
const restic = found as Restic
const root = process.getuid?.() === 0

/** Files of every kind and with every trouble that a name or a size can make. */
async function makeSource(folder: string): Promise<void> {
  const at = (...names: string[]) => path.join(folder, ...names)
  await mkdir(at('deep', 'er', 'empty'), { recursive: true })
  await writeFile(at('large'), pseudoRandom(1, 9_000_000))
  await writeFile(at('zeros'), Buffer.alloc(3_000_000))
  await writeFile(at('empty'), '')
  await writeFile(at('deep', 'text'), 'Ventil öffnen\n'.repeat(5000))
  for (let i = 0; i < 40; i += 1) await writeFile(at('deep', 'er', `recipe-${i}.csv`), `step;${i}\n`.repeat(i * 37))
  const names = [
    'a<&>b',
    'quote"back\\slash',
    'tab\tnew\nline',
    'grüße-漢字-🤖',
    '\u2028sep',
    'nbsp\u00a0',
    '\u007f',
    "it's",
    ' ',
  ]
  for (const name of names) await writeFile(at(name), name)
  await writeFile(systemPath(`${folder}/latin-\udcfc-\udce4`), 'a name in an 8-bit code page')
  await symlink('deep/text', at('link'))
  await symlink(systemPath('no\udcffwhere<>'), at('dangling'))
  await link(at('large'), at('second-name'))
  await chmod(at('empty'), 0o4751)
  await chmod(at('deep', 'er'), 0o2750)
  if (root) await chown(at('deep', 'text'), 1234, 4321)
  await utimes(at('deep', 'text'), 1_000_000_000.123456, 1_234_567_890.654321)
  await lutimes(at('link'), 1, 1_111_111_111.000001)
  await utimes(at('deep', 'er', 'empty'), 86_400, 86_400)
}

async function packBytes(repository: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(repository, { recursive: true })) {
    const found = await stat(path.join(repository, entry))
    if (found.isFile()) bytes += found.size
  }
  return bytes
}

async function treesOf(repository: string): Promise<string[]> {
  const list = JSON.parse(await restic(repository, 'snapshots', '--json')) as { tree: string }[]
  return list.map(({ tree }) => tree)
}

describe('with a stock restic', { skip: typeof found === 'string' ? found : false }, () => {
  it('a repository of ours is clean, restores identically there, and gets the same tree from it', async () => {
    await using scratch = await scratchFolder()
    await makeSource(scratch.path('source'))
    const folder = scratch.path('repository')
    const { repository } = await newRepository(folder, signal)
    const result = await backup(repository, [scratch.path('source')], {}, signal)
    assert.equal(result.failed, 0)
    const before = await packBytes(folder)

    assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
    await restic(folder, 'restore', `latest:${scratch.path('source')}`, '--target', scratch.path('theirs'))
    const original = await describeFolder(scratch.path('source'))
    assert.ok(original.length > 50)
    assert.deepEqual(await describeFolder(scratch.path('theirs')), original)

    await restic(folder, 'backup', '--force', scratch.path('source'))
    const trees = await treesOf(folder)
    // The folders above differ by the access of the restore beside the source; what was backed up does not.
    assert.equal(trees.length, 2)
    const [ours, theirs] = await Promise.all(
      (await repository.snapshots(signal)).map(each => repository.find(each, scratch.path('source'), signal)),
    )
    assert.equal(ours?.subtree, theirs?.subtree)
    assert.ok((await packBytes(folder)) - before < before / 100)
    assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
  })

  it('a summary counts what restic counts', async () => {
    await using scratch = await scratchFolder()
    const source = scratch.path('source')
    await makeSource(source)
    await restic(scratch.path('theirs'), 'init')
    await cp(scratch.path('theirs'), scratch.path('ours'), { recursive: true })
    await restic(scratch.path('theirs'), 'backup', source)
    const repository = await openRepository(localBackend(scratch.path('ours')), password, options, signal)
    await backup(repository, [source], {}, signal)
    const summaryIn = async (folder: string) => {
      const [{ summary }] = JSON.parse(await restic(scratch.path(folder), 'snapshots', '--json'))
      const { backup_start, backup_end, data_added_packed, ...counts } = summary
      return { counts, data_added_packed }
    }
    const [theirs, ours] = [await summaryIn('theirs'), await summaryIn('ours')]
    assert.deepEqual(ours.counts, theirs.counts)
    // what it takes depends on the compressor
    const ratio = ours.data_added_packed / theirs.data_added_packed
    assert.ok(ratio > 0.95 && ratio < 1.05, String(ratio))
  })

  it('a repository of restic is read, restored identically, and written to without adding data', async () => {
    await using scratch = await scratchFolder()
    const source = scratch.path('source')
    await makeSource(source)
    const folder = scratch.path('repository')
    await restic(folder, 'init')
    await restic(folder, 'backup', source)
    const before = await packBytes(folder)

    const repository = await openRepository(localBackend(folder), password, options, signal)
    const [snapshot] = await repository.snapshots(signal)
    assert.ok(snapshot)
    assert.match(snapshot.programVersion ?? '', /^restic 0\.18/)
    const result = await restore(repository, snapshot, { target: scratch.path('ours'), path: source }, signal)
    assert.equal(result.failed, 0)
    assert.deepEqual(await describeFolder(scratch.path('ours')), await describeFolder(source))

    const again = await backup(repository, [source], { force: true }, signal)
    assert.equal(again.unchanged, 0)
    const [theirs, ours] = (await repository.snapshots(signal)).map(({ tree }) => tree)
    assert.equal((await find(repository, ours)).subtree, (await find(repository, theirs)).subtree)
    assert.ok((await packBytes(folder)) - before < before / 100)
    assert.deepEqual((await check(repository, { readData: true }, signal)).problems, [])
    assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)

    async function find(repository: Awaited<ReturnType<typeof openRepository>>, tree: string | undefined) {
      const node = await repository.find({ ...snapshot!, tree: tree! }, source, signal)
      assert.ok(node)
      return node
    }
  })

  it('takes turns with restic in one repository, each using the other’s snapshot as parent', async () => {
    await using scratch = await scratchFolder()
    const source = scratch.path('source')
    await makeSource(source)
    const folder = scratch.path('repository')
    const { repository } = await newRepository(folder, signal)
    for (let round = 0; round < 3; round += 1) {
      await writeFile(path.join(source, 'changing'), pseudoRandom(round, 700_000))
      const ours = await backup(repository, [source], {}, signal)
      assert.equal(ours.failed, 0)
      if (round > 0) assert.equal(ours.files - ours.unchanged, 1)
      await writeFile(path.join(source, 'changing'), pseudoRandom(round + 10, 700_000))
      const theirs = await restic(folder, 'backup', source)
      assert.match(theirs, /Files: +0 new, +1 changed/)
    }
    assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
    assert.deepEqual((await check(repository, { readData: true }, signal)).problems, [])
    assert.equal((await repository.snapshots(signal)).length, 6)
  })

  it('reads what restic forgot, pruned and tagged in between', async () => {
    await using scratch = await scratchFolder()
    const source = scratch.path('source')
    await makeSource(source)
    const folder = scratch.path('repository')
    const { repository } = await newRepository(folder, signal)
    await backup(repository, [source], { tags: ['first'] }, signal)
    await writeFile(path.join(source, 'large'), pseudoRandom(99, 5_000_000))
    await backup(repository, [source], { tags: ['second'] }, signal)
    await restic(folder, 'forget', '--keep-last', '1', '--prune', '--max-unused', '0')
    await restic(folder, 'tag', '--add', 'third', 'latest')
    const snapshots = await repository.snapshots(signal)
    assert.deepEqual(snapshots[0]?.tags, ['second', 'third'])
    await restore(repository, snapshots[0]!, { target: scratch.path('ours'), path: source }, signal)
    assert.deepEqual(await describeFolder(scratch.path('ours')), await describeFolder(source))
  })

  it('opens with any of several passwords, ours and restic’s', async () => {
    await using scratch = await scratchFolder()
    const folder = scratch.path('repository')
    const { repository, backend } = await newRepository(folder, signal)
    await writeFile(scratch.path('new-password'), 'from restic')
    await restic(folder, 'key', 'add', '--new-password-file', scratch.path('new-password'))
    await addPassword(repository, 'from us', signal)
    const keys = await repository.keys(signal)
    assert.equal(keys.length, 3)
    assert.equal(keys.filter(({ current }) => current).length, 1)
    for (const each of [password, 'from restic', 'from us']) {
      const opened = await openRepository(backend, each, options, signal)
      assert.equal(opened.id, repository.id)
      assert.deepEqual(opened.deriveKey('journal'), repository.deriveKey('journal'))
    }
    await writeFile(scratch.path('password'), 'from us')
    await restic(folder, '--password-file', scratch.path('password'), 'snapshots')
    await assert.rejects(openRepository(backend, 'from nobody', options, signal), { code: 'wrong-password' })
  })
})
