import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { link, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import type { RestoreOptions } from '../restore.ts'
import { describeFolder, scratchFolder } from '../test-repository.ts'
import { prepared } from './test-case.ts'
import { lacksRoot } from './test-folders.ts'

it('takes away what the snapshot does not have, as far as it is selected, and follows no link', async () => {
  await using scratch = await scratchFolder()
  const { source, target, restore } = await prepared(scratch, async at => {
    await mkdir(at('folder'))
    await writeFile(at('folder', 'file'), 'x')
  })
  await restore()
  await mkdir(scratch.path('outside'))
  await writeFile(scratch.path('outside', 'file'), 'x')
  await mkdir(target('folder', 'more', 'deep'), { recursive: true })
  for (const name of ['more/deep/file', 'other', 'kept.txt']) await writeFile(target('folder', name), 'x')
  await symlink(scratch.path('outside'), target('out'))
  const dry = await restore({ delete: true, dryRun: true, excludes: ['*.txt'] })
  assert.equal(dry.removed, 5)
  assert.deepEqual((await readdir(target('folder'))).sort(), ['file', 'kept.txt', 'more', 'other'])
  assert.equal((await restore({ delete: true, excludes: ['*.txt'] })).removed, 5)
  assert.deepEqual((await readdir(target('folder'))).sort(), ['file', 'kept.txt'])
  assert.equal((await restore({ delete: true, includes: ['/folder'] })).removed, 1)
  assert.deepEqual(await readdir(scratch.path('outside')), ['file'])
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
})

it('keeps in what it takes away each entry that the patterns do not select', async () => {
  await using scratch = await scratchFolder()
  const { target, restore } = await prepared(scratch, at => writeFile(at('right'), 'x'))
  const make = async (): Promise<void> => {
    for (const folder of ['extra/deep', 'extra/gone', 'right/deep']) await mkdir(target(folder), { recursive: true })
    for (const name of [
      'extra/a',
      'extra/a.keep',
      'extra/deep/b.keep',
      'extra/gone/c',
      'right/deep/d.keep',
      'right/e',
    ]) {
      await writeFile(target(name), '')
    }
  }
  await make()
  const told: string[] = []
  const onError = (file: string): void => void told.push(path.basename(file))
  for (const dryRun of [true, false]) {
    const result = await restore({ delete: true, excludes: ['*.keep'], dryRun, onError })
    assert.deepEqual([result.removed, result.failed, told.splice(0)], [4, 1, ['right']])
  }
  const names = ['a.keep', 'deep', path.join('deep', 'b.keep')]
  assert.deepEqual((await readdir(target('extra'), { recursive: true })).sort(), names)
  assert.deepEqual(await readdir(target('right'), { recursive: true }), ['deep', path.join('deep', 'd.keep')])
  await make()
  assert.equal((await restore({ delete: true, includes: ['/right', '*.keep'], onError })).removed, 4)
  assert.deepEqual([told, (await stat(target('right'))).isFile()], [[], true])
  assert.deepEqual((await readdir(target('extra'))).sort(), ['a', 'a.keep', 'deep', 'gone'])
})

it('tells in a dry run what becomes of folders that are in the way, whatever is to be made there', {
  skip: lacksRoot,
}, async () => {
  await using scratch = await scratchFolder()
  const made = ['fifo', 'file', 'first', 'link', 'second']
  const { source, target, restore, entries } = await prepared(scratch, async at => {
    for (const name of ['file', 'first']) await writeFile(at(name), name)
    await link(at('first'), at('second'))
    await symlink('file', at('link'))
    execFileSync('mkfifo', [at('fifo')])
  })
  const told: string[] = []
  const onError = (file: string, error: unknown): void => {
    assert.match(String(error), /could not be restored: ENOTEMPTY/)
    told.push(`failed ${path.basename(file)}`)
  }
  /** What a run tells: the same, whether it is dry or not. */
  const lines = async (dryRun: boolean, options: Partial<RestoreOptions>): Promise<string[]> => {
    entries.length = 0
    await restore({ dryRun, onError, ...options })
    return [...told.splice(0), ...entries.map(each => `${each.action} ${path.relative(target(), each.path)}`)].sort()
  }
  for (const name of made) await mkdir(target(name, 'full'), { recursive: true })
  for (const dryRun of [true, false])
    assert.deepEqual(
      await lines(dryRun, {}),
      made.map(name => `failed ${name}`),
    )
  const removed = made.flatMap(name => [`removed ${name}`, `removed ${name}/full`])
  const expected = [...made.map(name => `made ${name}`), ...removed].sort()
  for (const dryRun of [true, false]) assert.deepEqual(await lines(dryRun, { delete: true }), expected)
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
  for (const name of made) {
    await rm(target(name))
    await mkdir(target(name))
  }
  for (const dryRun of [true, false])
    assert.deepEqual(
      await lines(dryRun, {}),
      made.map(name => `changed ${name}`),
    )
  assert.deepEqual(await describeFolder(target()), await describeFolder(source()))
  for (const dryRun of [true, false])
    assert.deepEqual(
      await lines(dryRun, {}),
      made.map(name => `unchanged ${name}`),
    )
})

it('takes nothing away of another file system that is mounted in the target', { skip: lacksRoot }, async () => {
  await using scratch = await scratchFolder()
  const { target, restore } = await prepared(scratch, async at => {
    await mkdir(at('srv', 'data'), { recursive: true })
    await writeFile(at('file'), 'x')
  })
  await restore()
  await mkdir(target('surplus', 'deep'), { recursive: true })
  const mounted = [target('srv', 'data'), target('surplus', 'deep')]
  try {
    for (const place of mounted) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', place])
    for (const place of mounted) await writeFile(path.join(place, 'db'), 'held by another')
    await writeFile(target('surplus', 'gone'), 'x')
    const told: string[] = []
    const onError = (_: string, error: unknown): void => void told.push(error instanceof Error ? error.message : '')
    const { removed } = await restore({ delete: true, onError })
    assert.equal(removed, 0)
    assert.deepEqual(
      told.map(words => words.replace(target(), '')),
      ['/surplus could not be taken away: EBUSY: another file system is mounted there; nothing in it was taken away'],
    )
    for (const place of mounted) assert.deepEqual(await readdir(place), ['db'])
  } finally {
    for (const place of mounted) execFileSync('umount', [place])
  }
})
