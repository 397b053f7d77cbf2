import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { backup } from '../backup.ts'
import { assertClean } from '../prune/test-snapshots.ts'
import { initRepository, openRepository } from '../repository.ts'
import { restore } from '../restore.ts'
import {
  describeFolder,
  newRepository,
  options,
  password,
  pseudoRandom,
  type Restic,
  scratchFolder,
  stockRestic,
} from '../test-repository.ts'
import { copySnapshots } from './copy-snapshots.ts'

const signal = AbortSignal.timeout(280_000)

for (const version of ['0.18', '0.14'] as const) {
  const found = await stockRestic(version, { RESTIC_FROM_PASSWORD: password })
  const restic = found as Restic

  describe(`with a stock restic ${version}`, { skip: typeof found === 'string' ? found : false }, () => {
    it('what we copied of its repository it knows, reads, and does not copy again; nor do we what it copied', async () => {
      await using scratch = await scratchFolder()
      const source = scratch.path('source')
      await mkdir(source)
      await newRepository(scratch.path('theirs'), signal)
      for (let round = 0; round < 3; round += 1) {
        await writeFile(scratch.path('source', 'changing'), pseudoRandom(round, 500_000))
        await writeFile(scratch.path('source', 'text'), `round ${round}\n`.repeat(9000))
        await restic(scratch.path('theirs'), 'backup', '--tag', `r${round}`, '--exclude', '*.bak', source)
      }
      const theirs = await openRepository(localBackend(scratch.path('theirs')), password, options, signal)
      const ours = await initRepository(localBackend(scratch.path('ours')), password, options, signal)
      assert.equal((await copySnapshots(theirs, ours, {}, signal)).copied.length, 3)
      assert.match(await restic(scratch.path('ours'), 'check', '--read-data'), /no errors were found/)
      await restic(scratch.path('ours'), 'restore', 'latest', '--target', scratch.path('out'), '--verify')
      const copying = ['copy', '--from-repo', scratch.path('theirs'), '--from-password-file', scratch.path('password')]
      await writeFile(scratch.path('password'), password)
      await restic(scratch.path('ours'), ...copying)
      assert.equal((await ours.snapshots(signal)).length, 3)

      await newRepository(scratch.path('third'), signal)
      await restic(scratch.path('third'), ...copying)
      const third = await openRepository(localBackend(scratch.path('third')), password, options, signal)
      assert.equal((await copySnapshots(theirs, third, {}, signal)).skipped.length, 3)
      assert.equal((await copySnapshots(ours, third, {}, signal)).skipped.length, 3)
      const { snapshot } = await backup(third, [source], { tags: ['ours'] }, signal)
      const back = await copySnapshots(third, theirs, {}, signal)
      assert.deepEqual(
        back.copied.map(each => each.source),
        [snapshot],
      )
      assert.match(await restic(scratch.path('theirs'), 'check', '--read-data'), /no errors were found/)
      await assertClean(theirs)
      const newest = await theirs.snapshot(back.copied[0]?.destination ?? '', signal)
      await restore(theirs, newest, { target: scratch.path('back'), path: source }, signal)
      assert.deepEqual(await describeFolder(scratch.path('back')), await describeFolder(source))
    })
  })
}
