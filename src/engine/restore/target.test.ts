import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { lstat, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { backup } from '../backup.ts'
import { type RestoreOptions, type RestoreResult, restore } from '../restore.ts'
import { newRepository, type Scratch, scratchFolder } from '../test-repository.ts'
import { Folders } from './folders.ts'
import { ownerOf } from './ownership.ts'
import { RestoreRun } from './restore-run.ts'
import { RestoredFolder } from './restored-folder.ts'

const signal = AbortSignal.timeout(60_000)

/** Restores a snapshot of one file. */
async function prepared(scratch: Scratch): Promise<(options: RestoreOptions) => Promise<RestoreResult>> {
  await mkdir(scratch.path('source'))
  await writeFile(scratch.path('source', 'file'), 'content')
  const { repository } = await newRepository(scratch.path('r'), signal)
  await backup(repository, [scratch.path('source')], {}, signal)
  const [snapshot] = await repository.snapshots(signal)
  return options => restore(repository, snapshot!, { path: scratch.path('source'), ...options }, signal)
}

it('refuses a target that is no folder, says what it is, and leaves it', async () => {
  await using scratch = await scratchFolder()
  const restore = await prepared(scratch)
  await writeFile(scratch.path('a-file'), 'mine')
  await symlink(scratch.path('a-file'), scratch.path('a-link'))
  await symlink(scratch.path('nowhere'), scratch.path('dangling'))
  execFileSync('mkfifo', [scratch.path('a-fifo')])
  const cases = [
    ['a-file', /a-file is a file, .*Give a folder/],
    ['a-link', /a-link is a link to a file,/],
    ['dangling', /dangling is a link to nothing that can be reached,/],
    ['a-fifo', /a-fifo is a FIFO,/],
  ] as const
  for (const [name, message] of cases) {
    for (const options of [{}, { dryRun: true }, { delete: true }, { path: scratch.path('source', 'file') }]) {
      await assert.rejects(restore({ target: scratch.path(name), ...options }), { code: 'usage', message })
    }
  }
  assert.equal(await readFile(scratch.path('a-file'), 'utf8'), 'mine')
  assert.equal(await readlink(scratch.path('a-link')), scratch.path('a-file'))
  assert.ok((await lstat(scratch.path('a-fifo'))).isFIFO())
  await assert.rejects(stat(scratch.path('nowhere')), { code: 'ENOENT' })
  const inFile = { target: scratch.path('a-file', 'below') }
  await assert.rejects(restore(inFile), { code: 'storage', message: /cannot be made: ENOTDIR/ })
})

it('restores into the folder that a link leads to', async () => {
  await using scratch = await scratchFolder()
  const restore = await prepared(scratch)
  await mkdir(scratch.path('folder'))
  await symlink(scratch.path('folder'), scratch.path('link'))
  await restore({ target: scratch.path('link') })
  assert.equal(await readFile(scratch.path('folder', 'file'), 'utf8'), 'content')
})

it('never takes away what has come to the place of the target meanwhile', async () => {
  await using scratch = await scratchFolder()
  const target = scratch.path('target')
  await writeFile(target, 'mine')
  const run = new RestoreRun({ target }, await ownerOf('numbers', signal), null, signal)
  const root = new RestoredFolder(target, null, null)
  assert.equal(new Folders(run, () => ({ itself: true, below: true })).make(root), false)
  assert.equal(await readFile(target, 'utf8'), 'mine')
})

it('refuses to delete in the root of the machine without a pattern, also through a link', async () => {
  await using scratch = await scratchFolder()
  const restore = await prepared(scratch)
  await symlink('/', scratch.path('link'))
  // Only dry runs, for what would happen if this failed.
  for (const target of ['/', scratch.path('link'), '/proc/self/root']) {
    for (const patterns of [{}, { includes: [] }, { excludes: [''] }]) {
      const options = { target, delete: true, dryRun: true, ...patterns }
      await assert.rejects(restore(options), { code: 'refused', message: /^\/.*by includes or excludes/ })
    }
  }
  const some = { target: '/', delete: true, dryRun: true, includes: ['/file'] }
  assert.deepEqual([(await restore(some)).files, (await restore(some)).removed], [1, 0])
  assert.equal((await restore({ target: '/', dryRun: true })).files, 1)
})
