import assert from 'node:assert/strict'
import { cp, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { localBackend } from '../../storage/local/local-backend.ts'
import { backup } from '../backup.ts'
import { selectSnapshots } from '../browse/find-snapshot.ts'
import { pathPattern } from '../browse/path-pattern.ts'
import { writeSnapshots } from '../browse/test-snapshots.ts'
import { changeSource, makeSource } from '../browse/test-source.ts'
import { check } from '../check.ts'
import { removeSnapshots } from '../forget/remove-snapshots.ts'
import { openRepository, type Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import {
  addPassword,
  newRepository,
  options,
  password,
  type Restic,
  type Scratch,
  scratchFolder,
  stockRestic,
} from '../test-repository.ts'
import { addKey, changePassword, removeKey } from './keys.ts'
import { type RewriteOptions, rewriteSnapshots } from './rewrite-snapshots.ts'
import { tagSnapshots } from './tag-snapshots.ts'

const signal = AbortSignal.timeout(280_000)

function open(folder: string, word = password): Promise<Repository> {
  return openRepository(localBackend(folder), word, options, signal)
}

/**
 * What snapshots say, in an order of its own, but for ids: the time of writing is in them. restic 0.14 drops what it does not know,
 * and 0.18 adds zeros.
 */
async function described(repository: Repository, summaries: boolean): Promise<string[]> {
  const line = ({ id: _, original, summary = {}, programVersion: __, ...fields }: Snapshot) => {
    const totals = [summary.total_files_processed, summary.total_bytes_processed]
    return JSON.stringify([original === undefined, fields, ...(summaries ? totals : [])])
  }
  return (await selectSnapshots(repository, [], {}, signal)).map(line).sort()
}

for (const version of ['0.18', '0.14'] as const) {
  const found = await stockRestic(version)
  const restic = found as Restic
  describe(`beside restic ${version}`, { skip: typeof found === 'string' ? found : false }, () => {
    let scratch: Scratch
    let source: string
    /** With two snapshots, tagged. */
    let made: string

    before(async () => {
      scratch = await scratchFolder()
      ;[source, made] = [scratch.path('source'), scratch.path('made')]
      await makeSource(source)
      const { repository } = await newRepository(made, signal)
      await backup(repository, [source], { tags: ['a', 'b'] }, signal)
      await changeSource(source)
      await restic(made, 'backup', source, '--tag', 'c')
    })
    after(() => scratch[Symbol.asyncDispose]())

    /** Two copies of one repository: one for us, one for restic. */
    async function twins(
      name: string,
    ): Promise<{ ours: Repository; theirs: Repository; folders: readonly [string, string] }> {
      const folders = [scratch.path(`${name}-ours`), scratch.path(`${name}-theirs`)] as const
      for (const folder of folders) await cp(made, folder, { recursive: true })
      return { ours: await open(folders[0]), theirs: await open(folders[1]), folders }
    }

    it('tags as restic does, and restic goes on from there', async () => {
      const { ours, theirs, folders } = await twins('tag')
      const rounds = [
        [{ add: ['x', 'a'] }, ['--add', 'x,a']],
        [{ remove: ['b'] }, ['--remove', 'b']],
        [{ set: ['only'] }, ['--set', 'only']],
      ] as const
      for (const [change, words] of rounds) {
        await restic(folders[1], 'tag', ...words)
        await using lock = await ours.lock('exclusive', signal)
        const all = await selectSnapshots(ours, [], {}, signal)
        const changed = await Array.fromAsync(tagSnapshots(ours, lock, all, change, signal))
        assert.ok(changed.length > 0)
        assert.deepEqual(await described(ours, version !== '0.14'), await described(theirs, version !== '0.14'))
        assert.deepEqual(
          await Array.fromAsync(tagSnapshots(ours, lock, await selectSnapshots(ours, [], {}, signal), change, signal)),
          [],
        )
      }
      await restic(folders[0], 'tag', '--add', 'last')
      assert.match(await restic(folders[0], 'check'), /no errors were found/)
      const originals = (await selectSnapshots(ours, [], {}, signal)).map(({ original }) => original)
      const first = (await selectSnapshots(await open(made), [], {}, signal)).map(({ id }) => id)
      assert.deepEqual(originals, first)
    })

    it('removes snapshots that restic then misses, and restic prunes what is left', async () => {
      const { ours, folders } = await twins('forget')
      const [oldest] = await selectSnapshots(ours, [], {}, signal)
      assert.ok(oldest)
      for (const mode of ['shared', 'exclusive'] as const) {
        await using lock = await ours.lock(mode, signal)
        if (mode === 'exclusive') await lock[Symbol.asyncDispose]()
        await assert.rejects(
          removeSnapshots(ours, lock, [oldest.id], () => undefined, signal),
          { code: 'internal' },
        )
      }
      {
        await using lock = await ours.lock('exclusive', signal)
        await removeSnapshots(ours, lock, [oldest.id], () => undefined, signal)
      }
      assert.equal(JSON.parse(await restic(folders[0], 'snapshots', '--json')).length, 1)
      await restic(folders[0], 'prune')
      assert.match(await restic(folders[0], 'check', '--read-data'), /no errors were found/)
    })

    it('adds, changes and removes passwords that restic opens the repository with, or no longer', async () => {
      const { ours, folders } = await twins('key')
      const [folder] = folders
      const opens = async (word: string) => {
        await writeFile(scratch.path('word'), word)
        return restic(folder, '--password-file', scratch.path('word'), 'snapshots').then(
          () => true,
          () => false,
        )
      }
      const added = await (async () => {
        await using lock = await ours.lock('shared', signal)
        return await addKey(ours, lock, 'second', { hostname: 'safe', username: 'night shift' }, signal)
      })()
      assert.ok(await opens('second'))
      assert.match(await restic(folder, 'key', 'list'), /night shift +safe/)
      await using lock = await ours.lock('exclusive', signal)
      await assert.rejects(removeKey(ours, lock, ours.keyId.slice(0, 10), signal), { code: 'refused' })
      await assert.rejects(removeKey(ours, lock, 'ff'.repeat(32), signal), { code: 'not-found' })
      await assert.rejects(addKey(ours, lock, '', {}, signal), { code: 'usage' })
      const third = await changePassword(ours, lock, 'third', {}, signal)
      await assert.rejects(open(folder), { code: 'wrong-password' })
      assert.deepEqual(
        (await ours.keys(signal)).map(({ id }) => id),
        [added, third],
      )
      assert.equal(await removeKey(ours, lock, added.slice(0, 12), signal), added)
      await lock[Symbol.asyncDispose]()
      assert.ok((await opens('third')) && !(await opens('second')))
    })
  })
}

it('does not remove the last key, whoever removed the others', async () => {
  await using scratch = await scratchFolder()
  const folder = scratch.path('r')
  const { repository: first } = await newRepository(folder, signal)
  const id = await addPassword(first, 'second', signal)
  const second = await openRepository(localBackend(folder), 'second', options, signal)
  {
    await using lock = await second.lock('exclusive', signal)
    await removeKey(second, lock, first.keyId, signal)
  }
  await using lock = await first.lock('exclusive', signal)
  await assert.rejects(removeKey(first, lock, id, signal), { code: 'refused', message: /last key/ })
  assert.equal((await second.keys(signal)).length, 1)
})

const found = await stockRestic()
const restic = found as Restic

describe('rewriting, beside restic 0.18', { skip: typeof found === 'string' ? found : false }, () => {
  async function both(
    words: readonly string[],
    rewrite: RewriteOptions,
    maker: 'ours' | 'restic',
  ): Promise<{ ours: string[]; theirs: string[]; changed: number }> {
    await using scratch = await scratchFolder()
    const [source, folder, copy] = [scratch.path('source'), scratch.path('ours'), scratch.path('theirs')]
    await makeSource(source)
    const { repository } = await newRepository(folder, signal)
    for (const round of [1, 2]) {
      if (round === 2) await changeSource(source)
      if (maker === 'ours') await backup(repository, [source], {}, signal)
      else await restic(folder, 'backup', source)
    }
    await cp(folder, copy, { recursive: true })
    await restic(copy, 'rewrite', ...words)
    const opened = await open(folder)
    await using lock = await opened.lock('exclusive', signal)
    const all = await selectSnapshots(opened, [], {}, signal)
    const dry = await Array.fromAsync(rewriteSnapshots(opened, null, all, { ...rewrite, dryRun: true }, signal))
    const changed = await Array.fromAsync(rewriteSnapshots(opened, lock, all, rewrite, signal))
    assert.deepEqual(
      dry.map(({ before }) => before.id),
      changed.map(({ before }) => before.id),
    )
    assert.deepEqual((await check(opened, { readData: true }, signal)).problems, [])
    await lock[Symbol.asyncDispose]()
    assert.match(await restic(folder, 'check', '--read-data'), /no errors were found/)
    const theirs = await described(await open(copy), true)
    return { ours: await described(opened, true), theirs, changed: changed.length }
  }

  for (const maker of ['ours', 'restic'] as const) {
    it(`leaves out what restic leaves out, of snapshots made by ${maker}`, async () => {
      const pattern = pathPattern('*recipe*', { ignoreCase: false })
      const excluding = { isExcluded: (path: string) => pattern.matches(path) }
      const beside = await both(['--exclude', '*recipe*'], excluding, maker)
      assert.deepEqual(beside.ours, beside.theirs)
      assert.equal(beside.changed, 2)
      assert.equal(beside.ours.length, 4)
      const forgotten = await both(['--exclude', '*recipe*', '--forget'], { ...excluding, forget: true }, maker)
      assert.deepEqual(forgotten.ours, forgotten.theirs)
      assert.equal(forgotten.ours.length, 2)
    })
  }

  it('gives another host and time, as restic does', async () => {
    const time = Temporal.PlainDateTime.from('2020-02-03T04:05:06').toZonedDateTime(Temporal.Now.timeZoneId())
    const rewrite = {
      isExcluded: null,
      hostname: 'new',
      time: time.toString({ timeZoneName: 'never' }).replace('+00:00', 'Z'),
    }
    const words = ['--new-host', 'new', '--new-time', '2020-02-03 04:05:06']
    const { ours, theirs } = await both(words, rewrite, 'restic')
    assert.deepEqual(ours, theirs)
  })
})

it('writes nothing in a dry run, and does not change what stays as it is', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await writeSnapshots(repository, [{ time: '2026-01-01T00:00:00Z', hostname: 'a' }], signal)
  const all = await selectSnapshots(repository, [], {}, signal)
  const same = await Array.fromAsync(
    rewriteSnapshots(repository, null, all, { isExcluded: null, hostname: 'a', dryRun: true }, signal),
  )
  assert.deepEqual(same, [])
  const dry = rewriteSnapshots(repository, null, all, { isExcluded: null, hostname: 'b', dryRun: true }, signal)
  assert.equal((await Array.fromAsync(dry))[0]?.after, null)
  assert.deepEqual(await selectSnapshots(repository, [], {}, signal), all)
  await assert.rejects(
    Array.fromAsync(rewriteSnapshots(repository, null, all, { isExcluded: null, hostname: 'b' }, signal)),
    { code: 'internal' },
  )
})

it('removes a damaged key, and counts no damaged one as another password', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const damaged = 'ab'.repeat(32)
  await backend.write('key', damaged, [Buffer.from('{}')], signal)
  const id = await addPassword(repository, 'second', signal)
  await using lock = await repository.lock('exclusive', signal)
  const opened = await openRepository(backend, 'second', options, signal)
  await backend.remove('key', repository.keyId, signal)
  await assert.rejects(removeKey(repository, lock, id, signal), { code: 'refused', message: /last key/ })
  assert.equal(await removeKey(opened, lock, damaged, signal), damaged)
})
