import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import type { Backend, FileKind } from '../../storage/backend.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { openRepository, type Repository } from '../repository.ts'
import {
  newRepository,
  options,
  password,
  pseudoRandom,
  type Restic,
  scratchFolder,
  stockRestic,
} from '../test-repository.ts'
import { IndexWriter } from './index-writer.ts'
import { prune } from './prune.ts'
import { assertClean, assertHolds, type Contents, names, store, watched } from './test-snapshots.ts'

const signal = AbortSignal.timeout(280_000)
const everything = { maxUnused: { bytes: 0 } } as const
const found = await stockRestic()
const restic = found as Restic
const skip = typeof found === 'string' ? found : false

/** Pruning takes a shared lock, an exclusive one, and makes that a shared one. */
type Moment = { readonly change: 'write' | 'remove'; readonly kind: FileKind; readonly nth: number }
const moments: readonly Moment[] = [
  { change: 'write', kind: 'pack', nth: 1 },
  { change: 'write', kind: 'index', nth: 1 },
  { change: 'write', kind: 'index', nth: 2 },
  { change: 'write', kind: 'lock', nth: 2 },
  { change: 'remove', kind: 'pack', nth: 1 },
  { change: 'remove', kind: 'pack', nth: 2 },
]

/** Calls `action`, and waits for it, ahead of one change that is made through the backend. */
function at(backend: Backend, moment: Moment, action: () => Promise<void>): Backend {
  let count = 0
  return watched(backend, async (change, kind) => {
    if (change !== moment.change || kind !== moment.kind) return
    count += 1
    if (count === moment.nth) await action()
  })
}

/** `again` is needed by no snapshot, and lies in a pack that goes whole; `part` beside what is needed. */
async function prepare(folder: string): Promise<{ id: string; kept: Contents; again: Buffer; part: Buffer }> {
  const { repository, backend } = await newRepository(folder, signal)
  const [again, part, shared] = [pseudoRandom(3, 800_000), pseudoRandom(4, 700_000), pseudoRandom(1, 900_000)]
  const first = await store(repository, { again })
  const second = await store(repository, { shared, part })
  const kept: Contents = { shared, 'plc/own': pseudoRandom(2, 700_000) }
  const id = await store(repository, kept)
  for (const each of [first, second]) await backend.remove('snapshot', each, signal)
  await joinIndexes(repository)
  return { id, kept, again, part }
}

/** So that the one index file has to be written anew. */
async function joinIndexes(repository: Repository): Promise<void> {
  const index = await repository.refresh(signal)
  const before = [...index.files]
  await using lock = await repository.lock('shared', signal)
  const writer = new IndexWriter(repository, null, lock, signal)
  for (const [id, { blobs }] of index.packs) await writer.add({ id, blobs })
  await writer.flush()
  for (const name of before) await repository.backend.remove('index', name, signal)
}

async function assertSound(repository: Repository, expected: ReadonlyMap<string, Contents>): Promise<void> {
  await assertClean(repository, 10)
  for (const [id, contents] of expected) await assertHolds(repository, id, contents)
  await prune(repository, everything, signal)
  await assertClean(repository)
  for (const [id, contents] of expected) await assertHolds(repository, id, contents)
}

it('keeps what a capture comes to need again at any moment', async () => {
  for (const moment of moments) {
    await using scratch = await scratchFolder()
    const { id, kept, again, part } = await prepare(scratch.path('r'))
    const backend = localBackend(scratch.path('r'))
    const repository = await openRepository(backend, password, options, signal)
    const later: Contents = { again, 'old/part': part, fresh: pseudoRandom(7, 300_000) }
    let stored = ''
    const pruner = at(backend, moment, async () => {
      stored = await store(repository, later)
    })
    await prune(await openRepository(pruner, password, options, signal), everything, signal)
    assert.notEqual(stored, '', JSON.stringify(moment))
    await assertSound(repository, new Map([[id, kept]]).set(stored, later))
  }
})

it('is not misled by a snapshot that comes while it begins', async () => {
  for (const kind of ['snapshot', 'index', 'pack'] as const) {
    await using scratch = await scratchFolder()
    const { id, kept, again } = await prepare(scratch.path('r'))
    const backend = localBackend(scratch.path('r'))
    const repository = await openRepository(backend, password, options, signal)
    const later: Contents = { again, fresh: pseudoRandom(7, 300_000) }
    let stored = ''
    const pruner: Backend = {
      ...backend,
      async *list(...[listed, given]: Parameters<Backend['list']>) {
        yield* backend.list(listed, given)
        if (listed === kind && stored === '') stored = await store(repository, later)
      },
    }
    await prune(await openRepository(pruner, password, options, signal), everything, signal)
    assert.notEqual(stored, '')
    await assertSound(repository, new Map([[id, kept]]).set(stored, later))
  }
})

it('keeps what a restic comes to need again at any moment', { skip }, async () => {
  for (const moment of moments) {
    await using scratch = await scratchFolder()
    const { id, kept, again, part } = await prepare(scratch.path('r'))
    const backend = localBackend(scratch.path('r'))
    const repository = await openRepository(backend, password, options, signal)
    const files: Contents = { again, part, fresh: pseudoRandom(7, 300_000) }
    for (const [name, bytes] of Object.entries(files)) await writeFile(scratch.path(name), bytes)
    let stored = false
    const pruner = at(backend, moment, async () => {
      await restic(scratch.path('r'), 'backup', ...Object.keys(files).map(name => scratch.path(name)))
      stored = true
    })
    await prune(await openRepository(pruner, password, options, signal), everything, signal)
    assert.ok(stored, JSON.stringify(moment))
    assert.match(await restic(scratch.path('r'), 'check', '--read-data'), /no errors were found/)
    await restic(scratch.path('r'), 'restore', 'latest', '--target', scratch.path('out'), '--verify')
    await assertSound(repository, new Map([[id, kept]]))
    assert.match(await restic(scratch.path('r'), 'check', '--read-data'), /no errors were found/)
  }
})

it('keeps the index of a capture that was killed before its snapshot was written', async () => {
  await using scratch = await scratchFolder()
  const { id, kept, again } = await prepare(scratch.path('r'))
  const backend = localBackend(scratch.path('r'))
  const repository = await openRepository(backend, password, options, signal)
  const dying = watched(backend, (change, kind) => {
    if (change === 'write' && kind === 'snapshot') throw new Error('killed')
  })
  const pruner = at(backend, { change: 'write', kind: 'lock', nth: 2 }, async () => {
    const killed = store(await openRepository(dying, password, options, signal), { again, more: pseudoRandom(9, 1000) })
    await assert.rejects(killed, /killed/)
  })
  await prune(await openRepository(pruner, password, options, signal), everything, signal)
  await assertSound(repository, new Map([[id, kept]]))
})

it('begins anew where another program pruned before it had the repository for itself', { skip }, async () => {
  for (const other of ['restic', 'ours'] as const) {
    await using scratch = await scratchFolder()
    const { id, kept } = await prepare(scratch.path('r'))
    const backend = localBackend(scratch.path('r'))
    const repository = await openRepository(backend, password, options, signal)
    const pruner = at(backend, { change: 'write', kind: 'lock', nth: 2 }, async () => {
      if (other === 'restic') await restic(scratch.path('r'), 'prune', '--max-unused', '0')
      else await prune(repository, everything, signal)
    })
    const report = await prune(await openRepository(pruner, password, options, signal), everything, signal)
    assert.deepEqual([report.packs.repacked, report.bytes.unused], [0, 0])
    await assertSound(repository, new Map([[id, kept]]))
  }
})

it('two that prune at the same time both end, and what is needed stays', async () => {
  await using scratch = await scratchFolder()
  const { id, kept } = await prepare(scratch.path('r'))
  const backend = localBackend(scratch.path('r'))
  const opened = () => openRepository(backend, password, options, signal)
  const reports = await Promise.all([opened(), opened()].map(async each => prune(await each, everything, signal)))
  assert.equal(reports.length, 2)
  const repository = await opened()
  await assertSound(repository, new Map([[id, kept]]))
  assert.deepEqual(await names(backend, 'lock'), [])
})

it('lets captures in while it marks, copies and removes', async () => {
  await using scratch = await scratchFolder()
  await prepare(scratch.path('r'))
  const backend = localBackend(scratch.path('r'))
  const repository = await openRepository(backend, password, options, signal)
  let refused = 0
  const trying = watched(backend, async (_change, kind) => {
    if (kind === 'lock') return
    try {
      await using _lock = await repository.lock('shared', signal)
    } catch {
      refused += 1
      assert.equal(kind, 'index', 'only while index files go')
    }
  })
  await prune(await openRepository(trying, password, options, signal), everything, signal)
  assert.ok(refused > 0)
})
