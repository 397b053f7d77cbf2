import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { backup } from '../backup.ts'
import { newRepository, pseudoRandom, type Restic, scratchFolder, stockRestic } from '../test-repository.ts'

const signal = AbortSignal.timeout(120_000)
const found = await stockRestic()
const restic = found as Restic

interface Summary {
  readonly message_type: string
  readonly files_new: number
  readonly files_changed: number
  readonly files_unmodified: number
  readonly dirs_new: number
  readonly dirs_changed: number
  readonly dirs_unmodified: number
}

/** What restic says of a backup of its own. */
async function resticBackup(folder: string, targets: readonly string[]): Promise<Summary> {
  const lines = (await restic(folder, 'backup', '--json', '--', ...targets)).trim().split('\n')
  return JSON.parse(lines.at(-1) ?? '') as Summary
}

describe('relative paths, beside a stock restic', { skip: typeof found === 'string' ? found : false }, async () => {
  await using stack = new AsyncDisposableStack()
  const scratch = stack.use(await scratchFolder())
  const kept = stack.move()
  after(() => kept.disposeAsync())
  const before = process.cwd()
  const at = (...names: string[]) => scratch.path('here', ...names)
  for (const folder of ['a/b/src/deep', 'a/src', 'a/b/x/y', 'src-1']) await mkdir(at(folder), { recursive: true })
  for (const file of ['a/b/src/f', 'a/b/src/deep/g', 'a/src/f', 'a/b/x/y/z', 'a/b/x/w', 'src-1/s', 'a/b/top', 'top'])
    await writeFile(at(file), file)
  await writeFile(at('a/b/large'), pseudoRandom(1, 9_000_000))
  await writeFile(at('a/large'), pseudoRandom(2, 9_000_000))
  await symlink('x', at('a/b/link'))
  process.chdir(at('a/b'))
  after(() => process.chdir(before))

  const cases: readonly (readonly string[])[] = [
    ['src'],
    ['.'],
    ['..'],
    ['../..'],
    ['./src/', 'src//deep/..'],
    ['x/y', 'src/deep/g'],
    ['../src', 'src'],
    ['src', '../src', '../../src-1', 'top', '../../top'],
    ['large', '../large'],
    ['../../src-1', 'src', '../src'],
    ['x', 'x/y'],
    ['x/y', 'x'],
    ['link'],
    ['link/y'],
    ['link', 'link/y/z'],
    ['.', '../src', at('a/src')],
    [at('a/b/src'), 'src', '../b/src'],
    [at('a/b/link/y'), at('a/b/src')],
    ['src', '.', 'nowhere'],
    ['..', '../..'],
    ['..', '.'],
    ['.', '..', '../..'],
  ]
  for (const [number, targets] of cases.entries()) {
    const words = targets.map(each => each.replace(at(), ''))
    it(`stores ${words.join(' and ')} as restic does, and each finds everything unchanged in the other's`, async () => {
      const folder = scratch.path(`repository-${number}`)
      const { repository } = await newRepository(folder, signal)
      const first = await backup(repository, targets, { keepRelative: true }, signal)
      const summary = await resticBackup(folder, targets)
      const { files_new, files_changed, files_unmodified, dirs_new, dirs_changed, dirs_unmodified } = summary
      assert.deepEqual([files_new, files_changed, files_unmodified, dirs_new], [0, 0, first.files, 0])
      // The folders above an absolute path are of everybody's.
      const isOurs = !targets.some(path.isAbsolute)
      if (isOurs) assert.deepEqual([dirs_changed, dirs_unmodified], [0, first.folders])
      const second = await backup(repository, targets, { keepRelative: true }, signal)
      assert.equal(second.unchanged, second.files)
      const snapshots = await repository.snapshots(signal)
      const trees = snapshots.map(async each =>
        isOurs ? each.tree : (await repository.find(each, at('a'), signal))?.subtree,
      )
      assert.equal(new Set(await Promise.all(trees)).size, 1)
      assert.equal(new Set(snapshots.map(({ paths }) => [...new Set(paths)].join(' '))).size, 1)
      assert.equal(snapshots[2]?.parent, snapshots[1]?.id)
    })
  }
})

it('resolves relative paths by default', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s'))
  const before = process.cwd()
  process.chdir(scratch.folder)
  try {
    const { snapshot } = await backup(repository, ['s'], {}, signal)
    assert.ok(await repository.find(await repository.snapshot(snapshot, signal), scratch.path('s'), signal))
  } finally {
    process.chdir(before)
  }
})

it('says missing where nothing is left to store', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s'))
  await writeFile(scratch.path('s', 'f.bak'), 'x')
  const before = process.cwd()
  process.chdir(scratch.path('s'))
  try {
    const options = { keepRelative: true, excludes: ['*.bak'] }
    await assert.rejects(backup(repository, ['.'], options, signal), { code: 'missing' })
  } finally {
    process.chdir(before)
  }
  assert.deepEqual(await repository.snapshots(signal), [])
})
