import assert from 'node:assert/strict'
import { it } from 'node:test'
import { BlackstartError } from '../errors.ts'
import type { Backend } from '../storage/backend.ts'
import { bufferedUpload } from '../storage/buffered-upload.ts'
import { check } from './check.ts'
import { openRepository, type Repository } from './repository.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import { newRepository, options, password, pieces, pseudoRandom, scratchFolder } from './test-repository.ts'
import type { TreeNode } from './tree/tree-node.ts'
import { openWriter, type Writer } from './writer.ts'

const signal = AbortSignal.timeout(120_000)
const time = '2026-01-02T03:04:05.678901234+01:00'

function fileNode(name: string, content: readonly string[], size: number): TreeNode {
  return { name, type: 'file', mode: 0o644, mtime: time, atime: time, ctime: time, uid: 0, gid: 0, size, content }
}

function snapshotOf(tree: string, fields: Partial<Snapshot> = {}): Omit<Snapshot, 'id'> {
  return { time, tree, paths: ['/plc/program'], hostname: 'plc', username: 'node', tags: [], ...fields }
}

async function addItem(writer: Writer, seed: number, bytes: number): Promise<string> {
  const file = await writer.addFile(pieces(pseudoRandom(seed, bytes)), signal)
  const tree = await writer.addTree([fileNode('program', file.content, file.bytes)], signal)
  return writer.addSnapshot(snapshotOf(tree, { tags: [`item:${seed}`] }))
}

async function names(backend: Backend, kind: 'pack' | 'index' | 'snapshot'): Promise<string[]> {
  return (await Array.fromAsync(backend.list(kind, signal))).map(({ name }) => name).sort()
}

/** A backend that notes when a file is durable, slows packs down, and can be told to fail. */
function watched(backend: Backend, written: string[], fail: (kind: string) => boolean = () => false): Backend {
  return {
    ...backend,
    async write(kind, name, parts, signal) {
      if (kind === 'pack') await new Promise(resolve => setTimeout(resolve, 30))
      if (fail(kind)) throw new BlackstartError('disk-full', 'no space')
      const stored = await backend.write(kind, name, parts, signal)
      written.push(kind)
      return stored
    },
    async upload(kind, signal) {
      return bufferedUpload((name, parts) => this.write(kind, name, parts, signal))
    },
  }
}

it('refuses to write under a lock that was released, and ends what was begun under it', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  const lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  await addItem(writer, 1, 1000)
  await using _other = await repository.lock('shared', signal)
  await lock[Symbol.asyncDispose]()
  await assert.rejects(writer.commit(signal), { code: 'internal', message: /was released/ })
  await assert.rejects(openWriter(repository, lock, signal), { code: 'internal' })
  assert.deepEqual(await names(backend, 'snapshot'), [])
})

it('lets a sweep of many items share packs and one index, and tells the snapshots’ ids beforehand', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const ids: string[] = []
  for (let item = 0; item < 200; item += 1) ids.push(await addItem(writer, item, 2048))
  assert.deepEqual(await names(backend, 'pack'), [])
  const result = await writer.commit(signal)
  assert.equal((await names(backend, 'pack')).length, 2)
  assert.equal((await names(backend, 'index')).length, 1)
  assert.deepEqual(await names(backend, 'snapshot'), ids.toSorted())
  assert.deepEqual(result.snapshots, ids)
  assert.equal(result.newBlobs, 400)
  assert.equal((await writer.commit(signal)).newBlobs, 0)
})

it('writes packs, then indexes, then snapshots, and all of a commit is durable when it resolves', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  const written: string[] = []
  const repository = await openRepository(watched(backend, written), password, options, signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  written.length = 0
  await addItem(writer, 1, 40_000_000)
  await addItem(writer, 2, 1000)
  await writer.commit(signal)
  assert.match(written.join(' '), /^(pack ){4,}index snapshot snapshot$/)
})

it('does not store again what it has, before and after a commit, and in the next run', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  for (let i = 0; i < 2; i += 1) await addItem(writer, 5, 3_000_000)
  await writer.commit(signal)
  await addItem(writer, 5, 3_000_000)
  assert.equal((await writer.commit(signal)).newBlobs, 0)
  const again = await openRepository(backend, password, options, signal)
  await using other = await again.lock('shared', signal)
  await using second = await openWriter(again, other, signal)
  await addItem(second, 5, 3_000_000)
  assert.deepEqual((await second.commit(signal)).packs, [])
  assert.equal((await names(backend, 'pack')).length, 2)
})

it('takes items at the same time, with commits in between, and every snapshot is whole', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  const written: string[] = []
  const repository = await openRepository(watched(backend, written), password, options, signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const work = [1, 2, 3, 4, 5, 6, 7, 8].map(async seed => {
    await addItem(writer, seed, seed * 900_000)
    if (seed % 2 === 0) await writer.commit(signal)
    else await addItem(writer, seed + 100, 5000)
  })
  await Promise.all(work)
  await writer.commit(signal)
  const fresh = await openRepository(backend, password, options, signal)
  const report = await check(fresh, { readData: true }, signal)
  assert.deepEqual([report.problems, report.unreferencedPacks, report.snapshots], [[], [], 12])
})

it('leaves nothing but unreferenced packs when the disk fills up, and stays failed', async () => {
  for (const failing of ['pack', 'index', 'snapshot'] as const) {
    await using scratch = await scratchFolder()
    const { backend } = await newRepository(scratch.path('r'), signal)
    const repository = await openRepository(
      watched(backend, [], kind => kind === failing),
      password,
      options,
      signal,
    )
    await using lock = await repository.lock('shared', signal)
    await using writer = await openWriter(repository, lock, signal)
    await assert.rejects(
      async () => {
        await addItem(writer, 1, 1_000_000)
        await writer.commit(signal)
      },
      { code: 'disk-full' },
    )
    await assert.rejects(addItem(writer, 2, 10), { code: 'disk-full' })
    await assert.rejects(writer.commit(signal), { code: 'disk-full' })
    const fresh = await openRepository(backend, password, options, signal)
    const report = await check(fresh, { readData: true }, signal)
    assert.deepEqual([report.problems, report.snapshots], [[], 0])
  }
})

/** A backend whose disk flips a bit of every file of a kind that it is given. */
function flipping(backend: Backend, bad: string, removable = true): Backend {
  return {
    ...backend,
    write(kind, name, parts, signal) {
      const bytes = Buffer.concat(parts)
      if (kind === bad) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4
      return backend.write(kind, name, [bytes], signal)
    },
    async upload(kind, signal) {
      return bufferedUpload((name, parts) => this.write(kind, name, parts, signal))
    },
    remove(kind, name, signal) {
      if (!removable && kind === bad) throw new BlackstartError('storage', 'it cannot be removed')
      return backend.remove(kind, name, signal)
    },
  }
}

it('notices what the disk made another thing of, names the file, and leaves a repository that the next run can use', async () => {
  for (const bad of ['pack', 'index', 'snapshot'] as const) {
    await using scratch = await scratchFolder()
    const { backend } = await newRepository(scratch.path('r'), signal)
    const repository = await openRepository(flipping(backend, bad), password, options, signal)
    {
      await using lock = await repository.lock('shared', signal)
      await using writer = await openWriter(repository, lock, signal)
      await addItem(writer, 1, 1_000_000)
      await assert.rejects(writer.commit(signal), (error: unknown) => {
        assert.ok(error instanceof BlackstartError)
        assert.equal(error.code, 'integrity')
        assert.match(
          error.message,
          bad === 'pack' ? /data\/\w\w\/\w{64} was written/ : new RegExp(`${bad}.*was written`),
        )
        assert.match(error.message, /does not count\. Have the disk/)
        return true
      })
    }
    assert.deepEqual(await names(backend, 'snapshot'), [])
    assert.equal((await names(backend, 'index')).length, bad === 'snapshot' ? 1 : 0)
    const fresh = await openRepository(backend, password, options, signal)
    await using lock = await fresh.lock('shared', signal)
    await using writer = await openWriter(fresh, lock, signal)
    await addItem(writer, 1, 1_000_000)
    assert.equal((await writer.commit(signal)).snapshots.length, 1)
    const { problems, snapshots } = await check(fresh, { readData: true }, signal)
    assert.deepEqual([problems, snapshots], [[], 1])
  }
})

it('says so where what was written badly cannot be taken away', async () => {
  await using scratch = await scratchFolder()
  const { backend } = await newRepository(scratch.path('r'), signal)
  const repository = await openRepository(flipping(backend, 'pack', false), password, options, signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  await addItem(writer, 1, 1000)
  await assert.rejects(writer.commit(signal), { code: 'integrity', message: /could not be removed: remove it/ })
})

it('tells whether what a run only refers to could be read back', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using first = await openWriter(repository, lock, signal)
  const { content } = await first.addFile(pieces(pseudoRandom(7, 2_000_000)), signal)
  assert.equal(await first.readsBack('data', content, signal), true, 'it is about to be written, and read back')
  const { packs } = await first.commit(signal)
  await using second = await openWriter(repository, lock, signal)
  await second.addFile(pieces(pseudoRandom(7, 2_000_000)), signal)
  assert.equal(await second.readsBack('data', content, signal), true)
  await backend.remove('pack', packs[0] ?? '', signal)
  assert.equal(await second.readsBack('data', content, signal), false)
  assert.equal(await second.readsBack('tree', ['0'.repeat(64)], signal), false, 'nobody has ever stored that')
})

it('stores nothing of a file whose stream breaks, and goes on with the next', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield pseudoRandom(1, 2_000_000)
    throw new BlackstartError('truncated', 'plc/program: the transfer was cut off.')
  }
  await assert.rejects(writer.addFile(broken(), signal), { code: 'truncated' })
  await addItem(writer, 2, 1000)
  await writer.commit(signal)
  assert.deepEqual((await check(repository, { readData: true }, signal)).problems, [])
})

it('writes no more once its lock is lost', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  await addItem(writer, 1, 1000)
  await repository.unlockAll(signal)
  await lock.refresh()
  await assert.rejects(writer.commit(signal), { code: 'locked' })
  assert.deepEqual(await names(backend, 'snapshot'), [])
})

it('gives snapshots back as they were written, fields it does not know included', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const tree = await writer.addTree([], signal)
  const full = snapshotOf(tree, {
    ...{ uid: 5, gid: 6, parent: tree, original: tree, tags: ['a', 'b'], excludes: ['*.bak'] },
    ...{ programVersion: 'blackstart 1', summary: { files_new: 1 }, unknown: { later: [1] } },
  })
  const id = writer.addSnapshot(full)
  await writer.commit(signal)
  assert.deepEqual(await repository.snapshot(id, signal), { id, ...full })
})

it('finds entries by their path, and reads files piece by piece', async () => {
  await using scratch = await scratchFolder()
  const { repository } = await newRepository(scratch.path('r'), signal)
  const content = pseudoRandom(3, 5_000_000)
  const snapshot = await writeNested(repository, content)
  assert.equal((await repository.find(snapshot, '/plc', signal))?.type, 'dir')
  const node = await repository.find(snapshot, '/plc/program', signal)
  assert.ok(node)
  assert.ok(content.equals(Buffer.concat(await Array.fromAsync(repository.file(node, signal)))))
  for (const path of ['/', '/none', '/plc/program/below', '/plc/other']) {
    assert.equal(await repository.find(snapshot, path, signal), null)
  }
})

async function writeNested(repository: Repository, content: Buffer): Promise<Snapshot> {
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  const file = await writer.addFile(pieces(content), signal)
  const subtree = await writer.addTree([fileNode('program', file.content, file.bytes)], signal)
  const { size: _size, ...folder } = fileNode('plc', [], 0)
  const tree = await writer.addTree([{ ...folder, type: 'dir', content: null, subtree }], signal)
  const id = writer.addSnapshot(snapshotOf(tree))
  await writer.commit(signal)
  return await repository.snapshot(id, signal)
}

for (const kind of ['index', 'snapshot'] as const) {
  it(`takes a file of kind ${kind} away again where the lock was lost while it was written`, async () => {
    await using scratch = await scratchFolder()
    const { repository, backend } = await newRepository(scratch.path('r'), signal)
    const paused: Backend = {
      ...backend,
      async write(which, name, parts, given) {
        const stored = await backend.write(which, name, parts, given)
        if (which === kind) await repository.unlockAll(signal) // another, while this machine stood still
        return stored
      },
    }
    const own = await openRepository(paused, password, options, signal)
    await using lock = await own.lock('shared', signal)
    await using writer = await openWriter(own, lock, signal)
    await addItem(writer, 1, 1000)
    await assert.rejects(writer.commit(signal), { code: 'locked', message: /was removed/ })
    assert.deepEqual(await names(backend, kind), [])
  })
}

it('writes nothing once it is disposed of, also of a commit that is under way', async () => {
  await using scratch = await scratchFolder()
  const { repository, backend } = await newRepository(scratch.path('r'), signal)
  await using lock = await repository.lock('shared', signal)
  const writer = await openWriter(repository, lock, signal)
  await addItem(writer, 1, 1000)
  const commit = writer.commit(signal)
  commit.catch(() => undefined)
  await writer[Symbol.asyncDispose]()
  assert.deepEqual(await names(backend, 'snapshot'), [])
  await assert.rejects(commit, { code: 'internal' })
})
