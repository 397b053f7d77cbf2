import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { backup } from '../backup.ts'
import { listTree } from '../browse/list-tree.ts'
import { cacheTag } from '../files/exclusion.ts'
import type { Repository } from '../repository.ts'
import { newRepository, type Restic, type Scratch, scratchFolder, stockRestic } from '../test-repository.ts'
import type { BackupOptions, BackupResult } from './backup-options.ts'

const signal = AbortSignal.timeout(120_000)
const found = await stockRestic()
const restic = found as Restic

async function makeSource(scratch: Scratch): Promise<string> {
  for (const folder of ['a/cache/deep', 'a/marked/deep', 'a/false', 'a/Temp']) {
    await mkdir(scratch.path('s', folder), { recursive: true })
  }
  const tag = cacheTag.slice(cacheTag.indexOf(':') + 1)
  const files: Readonly<Record<string, string>> = {
    ...{ 'a/small': 'x', 'a/large': 'x'.repeat(3000), 'a/exact': 'x'.repeat(2048), 'a/X.BAK': 'x', 'a/Temp/t': 'x' },
    ...{ 'a/cache/CACHEDIR.TAG': `${tag}\n# more`, 'a/cache/c': 'x', 'a/cache/deep/d': 'x' },
    ...{ 'a/false/CACHEDIR.TAG': 'Signature: none', 'a/false/f': 'x' },
    ...{ 'a/marked/.nobackup': 'no, thanks', 'a/marked/m': 'x', 'a/marked/deep/n': 'x' },
    ...{ 'a/keep.st': 'x', 'a/drop.st': 'x' },
  }
  for (const [name, content] of Object.entries(files)) await writeFile(scratch.path('s', name), content)
  return scratch.path('s')
}

const cases: readonly (readonly [words: readonly string[], options: BackupOptions, stays: string, leaves: string])[] = [
  [['--exclude-larger-than', '2k'], { excludeLargerThan: 2048 }, 'a/exact', 'a/large'],
  [['--exclude-caches'], { excludeCaches: true }, 'a/cache/CACHEDIR.TAG', 'a/cache/c'],
  [['--exclude-if-present', '.nobackup'], { excludeIfPresent: ['.nobackup'] }, 'a/marked/.nobackup', 'a/marked/deep'],
  [['--exclude-if-present', '.nobackup:no'], { excludeIfPresent: ['.nobackup:no'] }, 'a/false/f', 'a/marked/m'],
  [['--exclude-if-present', '.nobackup:yes'], { excludeIfPresent: ['.nobackup:yes'] }, 'a/marked/m', 'nothing'],
  [['--iexclude', '*.bak', '--iexclude', 'TEMP'], { insensitiveExcludes: ['*.bak', 'TEMP'] }, 'a/small', 'a/X.BAK'],
  [['--exclude', '*.st', '--exclude', '!keep.st'], { excludes: ['*.st', '!keep.st'] }, 'a/keep.st', 'a/drop.st'],
  [['--one-file-system'], { oneFileSystem: true }, 'a/small', 'nothing'],
]

async function filesOf(repository: Repository, { tree }: BackupResult, source: string): Promise<string[]> {
  const entries = await Array.fromAsync(listTree(repository, tree, {}, signal))
  return entries.map(({ path }) => path.slice(source.length + 1))
}

describe('what is left out, beside a stock restic', { skip: typeof found === 'string' ? found : false }, () => {
  for (const [words, options, stays, leaves] of cases) {
    it(`is what restic leaves out with ${words.join(' ')}`, async () => {
      await using scratch = await scratchFolder()
      const source = await makeSource(scratch)
      const { repository } = await newRepository(scratch.path('r'), signal)
      const result = await backup(repository, [source], options, signal)
      const files = await filesOf(repository, result, source)
      assert.ok(files.includes(stays) && !files.includes(leaves), files.join(' '))
      await restic(scratch.path('r'), 'backup', '--force', ...words, source)
      const [ours, theirs] = await Promise.all(
        (await repository.snapshots(signal)).map(each => repository.find(each, source, signal)),
      )
      assert.equal(ours?.subtree, theirs?.subtree)
    })
  }

  it('is what lies on other file systems, whose folders stay', { skip: mayMount() }, async () => {
    await using scratch = await scratchFolder()
    const source = await makeSource(scratch)
    const mounted = scratch.path('s', 'a', 'Temp')
    execFileSync('mount', ['-t', 'tmpfs', 'none', mounted])
    try {
      await mkdir(`${mounted}/below`)
      await writeFile(`${mounted}/below/file`, 'x')
      const { repository } = await newRepository(scratch.path('r'), signal)
      const files = await filesOf(
        repository,
        await backup(repository, [source], { oneFileSystem: true }, signal),
        source,
      )
      assert.ok(files.includes('a/Temp') && !files.includes('a/Temp/below'))
      await restic(scratch.path('r'), 'backup', '--force', '-x', source)
      const [ours, theirs] = await Promise.all(
        (await repository.snapshots(signal)).map(each => repository.find(each, source, signal)),
      )
      assert.equal(ours?.subtree, theirs?.subtree)
    } finally {
      execFileSync('umount', [mounted])
    }
  })

  it('stores access times as restic does, where that is asked for', async () => {
    await using scratch = await scratchFolder()
    const source = await makeSource(scratch)
    const at = scratch.path('s', 'a', 'small')
    await utimes(at, 1_700_000_000.25, 1_600_000_000.5)
    const { repository } = await newRepository(scratch.path('r'), signal)
    const { snapshot } = await backup(repository, [at], { withAtime: true }, signal)
    await utimes(at, 1_700_000_000.25, 1_600_000_000.5)
    await restic(scratch.path('r'), 'backup', '--with-atime', '--ignore-ctime', at)
    const snapshots = await repository.snapshots(signal)
    const nodes = await Promise.all(snapshots.map(each => repository.find(each, at, signal)))
    assert.equal(snapshots[0]?.id, snapshot)
    assert.deepEqual(
      [...new Set(nodes.map(node => Temporal.Instant.from(node?.atime ?? '').epochMilliseconds))],
      [1_700_000_000_250],
    )
    assert.ok(source.length > 0)
  })
})

it('takes files for unchanged whose inode or change time alone are others, where that is asked for', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s'))
  const file = scratch.path('s', 'f')
  await writeFile(file, 'program')
  await utimes(file, 1, 1)
  const unchanged = async (options: BackupOptions) =>
    (await backup(repository, [scratch.path('s')], options, signal)).unchanged
  await unchanged({})
  await utimes(file, 1, 1) // another change time
  assert.equal(await unchanged({ dryRun: true }), 0)
  assert.equal(await unchanged({ ignoreCtime: true }), 1)
  assert.equal(await unchanged({}), 1)
  await writeFile(scratch.path('g'), await readFile(file))
  await utimes(scratch.path('g'), 1, 1)
  await rename(scratch.path('g'), file)
  assert.equal(await unchanged({ ignoreCtime: true, dryRun: true }), 0)
  assert.equal(await unchanged({ ignoreInode: true }), 1)
})

it('counts files and folders that are new, changed and unchanged', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  for (const name of ['same', 'other']) await mkdir(scratch.path('s', name), { recursive: true })
  for (const name of ['same/a', 'other/b', 'other/c']) await writeFile(scratch.path('s', name), name)
  await writeFile(scratch.path('s', 'other', 'large'), Buffer.alloc(9_000_000))
  await backup(repository, [scratch.path('s')], {}, signal)
  await writeFile(scratch.path('s', 'other', 'b'), 'changed')
  await writeFile(scratch.path('s', 'other', 'large'), Buffer.alloc(9_000_001))
  await mkdir(scratch.path('s', 'new'))
  await writeFile(scratch.path('s', 'new', 'd'), 'new')
  const { snapshot } = await backup(repository, [scratch.path('s')], {}, signal)
  const { summary = {} } = await repository.snapshot(snapshot, signal)
  assert.deepEqual([summary.files_new, summary.files_changed, summary.files_unmodified], [1, 2, 2])
  assert.deepEqual([summary.dirs_new, summary.dirs_unmodified], [1, 1])
  assert.ok(Number(summary.dirs_changed) >= 2) // those above are of everybody's
})

function mayMount(): string | false {
  return process.getuid?.() === 0 ? false : 'only root mounts'
}
