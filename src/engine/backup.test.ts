import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Backend, FileKind } from '../storage/backend.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { exclusion, noExclusion } from './files/exclusion.ts'
import type { LockWait, RepositoryLock } from './lock/repository-lock.ts'
import { prune } from './prune/prune.ts'
import { watched } from './prune/test-snapshots.ts'
import { openRepository } from './repository.ts'
import { newRepository, options, password, pseudoRandom, type Scratch, scratchFolder } from './test-repository.ts'

const signal = AbortSignal.timeout(60_000)

it('reads only what changed since the last snapshot of the same paths, unless forced', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s'))
  for (let i = 0; i < 5; i += 1) await writeFile(scratch.path('s', `f${i}`), pseudoRandom(i, 10_000))
  const first = await backup(repository, [scratch.path('s')], {}, signal)
  assert.deepEqual([first.files, first.unchanged, first.bytes], [5, 0, 50_000])
  await writeFile(scratch.path('s', 'f1'), 'other')
  const second = await backup(repository, [scratch.path('s')], {}, signal)
  assert.deepEqual([second.files, second.unchanged], [5, 4])
  const forced = await backup(repository, [scratch.path('s')], { force: true }, signal)
  assert.equal(forced.unchanged, 0)
  const snapshots = await repository.snapshots(signal)
  const folders = await Promise.all(snapshots.map(each => repository.find(each, scratch.path('s'), signal)))
  assert.equal(folders[2]?.subtree, folders[1]?.subtree) // the folders above are of everybody's
  assert.deepEqual(
    snapshots.map(({ parent }) => parent),
    [undefined, first.snapshot, undefined],
  )
})

it('reports and counts what vanishes while it runs, and saves the rest', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s', 'folder'), { recursive: true })
  for (const name of ['a', 'b']) await writeFile(scratch.path('s', name), name)
  await writeFile(scratch.path('s', 'z'), pseudoRandom(1, 9_000_000)) // large: its turn comes after the folder's
  const told: string[] = []
  const result = await backup(
    repository,
    [scratch.path('s')],
    {
      onProgress: ({ files }) => {
        // Gone between the listing of its folder and its turn.
        if (files === 2) rmSync(scratch.path('s', 'z'), { force: true })
      },
      onError: (path, error) => told.push(`${path} ${(error as NodeJS.ErrnoException).code}`),
    },
    signal,
  )
  assert.deepEqual(told, [`${scratch.path('s', 'z')} ENOENT`])
  assert.deepEqual([result.files, result.failed], [2, 1])
})

it('says missing when there is nothing at all, and goes on when one of two paths is there', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await assert.rejects(backup(repository, [scratch.path('none')], {}, signal), { code: 'missing' })
  assert.deepEqual(await repository.snapshots(signal), [])
  await writeFile(scratch.path('there'), 'x')
  const result = await backup(repository, [scratch.path('none'), scratch.path('there')], {}, signal)
  assert.deepEqual([result.files, result.failed], [1, 1])
})

it('leaves out sockets and what the patterns exclude', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s', 'cache', 'deep'), { recursive: true })
  for (const name of ['keep', 'drop.bak', 'cache/deep/file']) await writeFile(scratch.path('s', name), name)
  const server = net.createServer().listen(scratch.path('s', 'socket'))
  try {
    const result = await backup(repository, [scratch.path('s')], { excludes: ['*.bak', 'cache'] }, signal)
    assert.equal(result.files, 1)
    const [snapshot] = await repository.snapshots(signal)
    assert.deepEqual(snapshot?.excludes, ['*.bak', 'cache'])
    const node = await repository.find(snapshot!, scratch.path('s'), signal)
    assert.deepEqual(
      (await repository.tree(node!.subtree!, signal)).map(({ name }) => name),
      ['keep'],
    )
  } finally {
    server.close()
  }
})

it('stores a path inside another path once', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s', 'in'), { recursive: true })
  await writeFile(scratch.path('s', 'in', 'file'), 'x')
  await writeFile(scratch.path('s', 'beside'), 'x')
  const result = await backup(repository, [scratch.path('s'), scratch.path('s', 'in')], {}, signal)
  assert.equal(result.files, 2)
})

it('stops when it is told to, writes no snapshot, and the next run succeeds', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s'))
  for (let i = 0; i < 1200; i += 1) await writeFile(scratch.path('s', `f${i}`), pseudoRandom(i, 1000))
  const controller = new AbortController()
  const onProgress = ({ files }: { files: number }) => files >= 10 && controller.abort()
  await assert.rejects(backup(repository, [scratch.path('s')], { onProgress }, controller.signal), {
    name: 'AbortError',
  })
  assert.deepEqual(await repository.snapshots(signal), [])
  assert.equal((await backup(repository, [scratch.path('s')], {}, signal)).files, 1200)
})

it('notices a file that was replaced by one of the same size and time', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await writeFile(scratch.path('file'), 'one')
  await backup(repository, [scratch.path('file')], {}, signal)
  await writeFile(scratch.path('other'), 'two')
  await rename(scratch.path('other'), scratch.path('file'))
  assert.equal((await backup(repository, [scratch.path('file')], {}, signal)).unchanged, 0)
})

it('reads restic’s exclude patterns', () => {
  const cases: [string, string, boolean][] = [
    ['*.bak', '/a/b/x.bak', true],
    ['*.bak', '/a/b.bak/x', true],
    ['*', '/a', true],
    ['b.bak', '/a/b.bak', true],
    ['cache/tmp', '/x/cache/tmp', true],
    ['cache/tmp', '/x/cache/y/tmp', false],
    ['/var/log', '/var/log', true],
    ['/var/log', '/x/var/log', false],
    ['/var/**/old', '/var/a/b/old', true],
    ['/var/**/old', '/var/old', true],
    ['file-?.[ch]', '/file-1.c', true],
    ['file-?.[ch]', '/file-10.c', false],
    ['a+(b)', '/a+(b)', true],
    ['a\\*', '/a*', true],
    ['a\\*', '/ab', false],
  ]
  for (const [pattern, path, expected] of cases)
    assert.equal(exclusion({ ...noExclusion, patterns: [pattern] }).byPath?.(path), expected, `${pattern} ${path}`)
  assert.deepEqual(exclusion(noExclusion), { byPath: null, byStat: null })
  const taken = exclusion({ ...noExclusion, patterns: ['*.st', '!MAIN.st'], insensitivePatterns: ['*.BAK'] })
  assert.deepEqual(
    ['/a.st', '/MAIN.st', '/a.bak', '/a'].map(each => taken.byPath?.(each)),
    [true, false, true, false],
  )
})

it('makes the tree that reading everything makes, whatever has changed', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const at = (...names: string[]) => scratch.path('s', ...names)
  for (const folder of ['one/two/three', 'many', 'twin a', 'twin b', 'empty'])
    await mkdir(at(folder), { recursive: true })
  for (let i = 0; i < 1_300; i += 1) await writeFile(at('many', `${i}`), '')
  for (const name of ['one/f', 'one/two/f', 'one/two/three/f', 'twin a/f', 'twin b/f']) await writeFile(at(name), name)
  const changes: (() => Promise<unknown>)[] = [
    async () => undefined,
    () => writeFile(at('one/two/three/f'), 'longer than before'),
    () => writeFile(at('one/a'), 'new'),
    () => rm(at('one/two/f')),
    () => rename(at('one/two'), at('one/2')),
    () => chmod(at('twin b'), 0o700),
    () => writeFile(at('many', '700'), 'x'),
    () => rm(at('many', '1299')),
    () => writeFile(at('many', '99999'), ''),
    () => rm(at('empty'), { recursive: true }),
    () => mkdir(at('another')),
    () => symlink('f', at('one/link')),
    () => rm(at('many'), { recursive: true }),
  ]
  const treeOf = async (force: boolean) => {
    const { snapshot } = await backup(repository, [at()], { force }, signal)
    return (await repository.find(await repository.snapshot(snapshot, signal), at(), signal))?.subtree
  }
  const trees = new Set<string | undefined>()
  for (const change of changes) {
    await change()
    const tree = await treeOf(false)
    trees.add(tree)
    assert.equal(tree, await treeOf(true), change.toString())
  }
  assert.equal(trees.size, changes.length) // the first change is that there was nothing before
})

/** A repository whose locks are written a moment after another process has written an exclusive one, which it never saw. */
async function overtaken(scratch: Scratch, lockWait: LockWait) {
  const { backend, repository: other } = await newRepository(scratch.path('r'), signal)
  const held: RepositoryLock[] = []
  const wrapped: Backend = Object.assign(Object.create(backend), {
    async write(kind: FileKind, ...rest: Parameters<Backend['write']> extends [unknown, ...infer Rest] ? Rest : never) {
      if (kind === 'lock' && held.length === 0) held.push(await other.beginLock('exclusive', signal))
      return await backend.write(kind, ...rest)
    },
  })
  return { backend, other, held, repository: await openRepository(wrapped, password, { ...options, lockWait }, signal) }
}

it('writes nothing while its lock settles, and gives up where another came at the same moment', async () => {
  await using scratch = await scratchFolder()
  const { backend, held, repository } = await overtaken(scratch, { atMost: 0 })
  await mkdir(scratch.path('s'))
  for (let i = 0; i < 3; i += 1) await writeFile(scratch.path('s', `f${i}`), pseudoRandom(i, 20_000_000))
  await assert.rejects(backup(repository, [scratch.path('s')], {}, signal), { code: 'locked' })
  for (const kind of ['pack', 'index', 'snapshot'] as const) {
    assert.deepEqual(await Array.fromAsync(backend.list(kind, signal)), [])
  }
  for (const lock of held) await lock[Symbol.asyncDispose]()
  assert.deepEqual(await Array.fromAsync(backend.list('lock', signal)), [])
})

it('begins anew once the one that came at the same moment is gone', async () => {
  await using scratch = await scratchFolder()
  let waited = 0
  const onWait = () => {
    waited += 1
    for (const lock of held) void lock[Symbol.asyncDispose]()
  }
  const { held, repository } = await overtaken(scratch, { atMost: 20_000, onWait })
  await mkdir(scratch.path('s'))
  await writeFile(scratch.path('s', 'f'), 'x')
  const { snapshot } = await backup(repository, [scratch.path('s')], {}, signal)
  assert.deepEqual([waited, (await repository.snapshots(signal)).map(({ id }) => id)], [1, [snapshot]])
})

it('fails with one error, however long the lock takes to go', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  const slow = watched(backend, async (change, kind) => {
    if (kind === 'index') throw new Error('the disk is gone')
    if (change === 'remove') await setTimeout(50)
  })
  const repository = await openRepository(slow, password, options, signal)
  await assert.rejects(backup(repository, [import.meta.filename], {}, signal), /the disk is gone/)
})

it('begins anew where another pruned before its lock could be seen', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const source = scratch.path('s')
  await mkdir(source)
  await writeFile(scratch.path('s', 'f'), pseudoRandom(1, 300_000))
  const { snapshot } = await backup(repository, [source], {}, signal)
  await backend.remove('snapshot', snapshot, signal)
  let looks = 0
  /** The third look at the locks ends the settling: by then the other is done, and is not seen. */
  const slow: Backend = {
    ...backend,
    async *list(kind, given) {
      if (kind === 'lock') looks += 1
      if (kind === 'lock' && looks === 3) await pruneUnseeing(backend)
      yield* backend.list(kind, given)
    },
  }
  const late = await openRepository(slow, password, options, signal)
  const { newBlobs } = await backup(late, [source], {}, signal)
  assert.ok(looks > 3 && newBlobs > 0)
  const { problems } = await check(
    await openRepository(backend, password, options, signal),
    { readData: false },
    signal,
  )
  assert.deepEqual(problems, [])
})

/** Prunes as one that had looked for locks before there were any. */
async function pruneUnseeing(backend: Backend): Promise<void> {
  const blind: Backend = { ...backend, list: (kind, given) => (kind === 'lock' ? none() : backend.list(kind, given)) }
  await prune(await openRepository(blind, password, options, signal), { maxUnused: { bytes: 0 } }, signal)
}

async function* none(): AsyncGenerator<never> {
  // nothing
}

it('keeps its lock while others on the same repository take and release theirs', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s'))
  await writeFile(scratch.path('s', 'f'), 'x')
  const other = await repository.lock('shared', signal)
  let locks = 0
  const onProgress = (): void => {
    void other[Symbol.asyncDispose]()
  }
  const counting = watched(backend, async (change, kind) => {
    if (change !== 'write' || kind !== 'snapshot') return
    for await (const _ of backend.list('lock', signal)) locks += 1
  })
  const own = await openRepository(counting, password, options, signal)
  await backup(own, [scratch.path('s')], { onProgress }, signal)
  assert.equal(locks, 1)
})

it('does not count where its lock was taken away, whatever the clock says', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await mkdir(scratch.path('s'))
  await writeFile(scratch.path('s', 'f'), 'x')
  const unlocked = watched(backend, async (change, kind) => {
    if (change === 'write' && kind === 'index') await repository.unlockAll(signal)
  })
  const own = await openRepository(unlocked, password, options, signal)
  await assert.rejects(backup(own, [scratch.path('s')], {}, signal), { code: 'locked', message: /was removed/ })
  assert.deepEqual(await own.snapshots(signal), [])
})
