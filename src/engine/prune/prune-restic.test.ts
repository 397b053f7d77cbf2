import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { openRepository } from '../repository.ts'
import { restore } from '../restore.ts'
import {
  describeFolder,
  newRepository,
  options,
  password,
  pseudoRandom,
  type Restic,
  type Scratch,
  scratchFolder,
  stockRestic,
} from '../test-repository.ts'
import { prune } from './prune.ts'
import { assertClean, packBytes } from './test-snapshots.ts'

const signal = AbortSignal.timeout(280_000)

/** Snapshots of a folder that changes, of which the middle ones are forgotten. */
async function history(scratch: Scratch, restic: Restic, words: readonly string[] = []): Promise<void> {
  await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('source', 'sub'), { recursive: true })
  for (let round = 0; round < 4; round += 1) {
    for (let i = 0; i < 6; i += 1) {
      const bytes = pseudoRandom(i < 3 ? i : round * 10 + i, 300_000)
      await writeFile(scratch.path('source', i % 2 === 0 ? 'sub' : '.', `f${i}`), bytes)
    }
    await writeFile(scratch.path('source', 'text'), `round ${round}\n`.repeat(9000))
    await restic(scratch.path('r'), ...words, 'backup', scratch.path('source'))
  }
  await restic(scratch.path('r'), 'forget', '--keep-last', '1')
}

async function assertRestores(scratch: Scratch): Promise<void> {
  const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
  await assertClean(repository)
  const [snapshot] = await repository.snapshots(signal)
  assert.ok(snapshot)
  await restore(repository, snapshot, { target: scratch.path('out'), path: scratch.path('source') }, signal)
  assert.deepEqual(await describeFolder(scratch.path('out')), await describeFolder(scratch.path('source')))
}

for (const version of ['0.18', '0.14'] as const) {
  const found = await stockRestic(version)
  const restic = found as Restic

  describe(`with a stock restic ${version}`, { skip: typeof found === 'string' ? found : false }, () => {
    it('we prune its repository to what it would have left, and it finds that clean', async () => {
      await using scratch = await scratchFolder()
      await history(scratch, restic)
      await using theirs = await scratchFolder()
      await history(theirs, restic)
      const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
      const report = await prune(repository, { maxUnused: { bytes: 0 } }, signal)
      assert.ok(report.bytes.freed > 2_000_000)
      await restic(theirs.path('r'), 'prune', '--max-unused', '0')
      const [ours, its] = await Promise.all([scratch, theirs].map(each => packBytes(localBackend(each.path('r')))))
      assert.ok(Math.abs((ours ?? 0) - (its ?? 0)) < 5000, `${ours} bytes, and restic's ${its}`)
      assert.match(await restic(scratch.path('r'), 'check', '--read-data'), /no errors were found/)
      assert.match(await restic(scratch.path('r'), 'prune', '--max-unused', '0', '--dry-run'), /to delete: +0 blobs/)
      await assertRestores(scratch)
    })

    it('it prunes what we have pruned, and we what it has', async () => {
      await using scratch = await scratchFolder()
      await history(scratch, restic)
      const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
      await prune(repository, { maxUnused: 'unlimited' }, signal)
      assert.match(await restic(scratch.path('r'), 'check', '--read-data'), /no errors were found/)
      await restic(scratch.path('r'), 'prune', '--max-unused', '0')
      await assertRestores(scratch)
      const report = await prune(repository, { maxUnused: { bytes: 0 } }, signal)
      assert.deepEqual([report.bytes.freed, report.blobs.unused, report.packs.repacked], [0, 0, 0])
      await restic(scratch.path('r'), 'backup', '--force', scratch.path('source'))
      await restic(scratch.path('r'), 'forget', '--keep-last', '1', '--prune')
      await assertRestores(scratch)
    })

    it('we compress what it stored without compression', async () => {
      await using scratch = await scratchFolder()
      await history(scratch, restic, ['--compression', 'off'])
      const repository = await openRepository(localBackend(scratch.path('r')), password, options, signal)
      const before = await packBytes(repository.backend)
      await prune(repository, { maxUnused: 'unlimited', repackUncompressed: true }, signal)
      assert.ok((await packBytes(repository.backend)) < before - 90_000)
      const { blobs, bytes } = await prune(repository, { repackUncompressed: true, maxUnused: 'unlimited' }, signal)
      assert.equal(bytes.repacked, 0, JSON.stringify(blobs))
      assert.match(await restic(scratch.path('r'), 'check', '--read-data'), /no errors were found/)
      await assertRestores(scratch)
    })
  })
}
