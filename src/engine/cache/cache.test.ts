import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  rmdir,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { type RestServer, startRestServer } from '../../../lab/peers/rest-server.ts'
import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { restBackend } from '../../storage/rest/rest-backend.ts'
import { backup } from '../backup.ts'
import { listTree } from '../browse/list-tree.ts'
import { readSnapshots } from '../browse/read-snapshots.ts'
import { check } from '../check.ts'
import { removeSnapshots } from '../forget/remove-snapshots.ts'
import { prune } from '../prune/prune.ts'
import { repairSnapshots } from '../repair/repair-snapshots.ts'
import { initRepository, openRepository, type Repository } from '../repository.ts'
import { options, password, type Scratch, scratchFolder } from '../test-repository.ts'
import { cacheFolders, folderBytes } from './cache-folders.ts'

const signal = AbortSignal.timeout(100_000)
const mayMount = process.platform === 'linux' && process.getuid?.() === 0

interface Remote extends AsyncDisposable {
  readonly scratch: Scratch
  readonly server: RestServer
  readonly backend: Backend
  /** Opens the repository anew, as another process would, with that folder as its cache. */
  open(cache?: string): Promise<Repository>
  backup(repository: Repository): Promise<string>
  /** A file of the repository, on the server's disk. */
  file(kind: 'index' | 'snapshot' | 'pack', name: string): string
}

/** A repository on a server of restic's REST protocol, with one snapshot of forty folders. */
async function remote(): Promise<Remote> {
  const scratch = await scratchFolder()
  const server = await startRestServer({ folder: scratch.path('server') })
  const backend = restBackend(`${server.url}plant`, {})
  await initRepository(backend, password, options, signal)
  for (let i = 0; i < 40; i += 1) {
    await mkdir(scratch.path('source', `folder-${i}`), { recursive: true })
    await writeFile(scratch.path('source', `folder-${i}`, 'recipe.csv'), `step;${i}\n`)
  }
  const place: Remote = {
    ...{ scratch, server, backend },
    open: (cache = scratch.path('cache')) => openRepository(backend, password, { ...options, cache }, signal),
    backup: async repository => (await backup(repository, [scratch.path('source')], {}, signal)).snapshot,
    file: (kind, name) => scratch.path('server', 'plant', layoutPath(kind, name)),
    async [Symbol.asyncDispose]() {
      await backend[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await scratch[Symbol.asyncDispose]()
    },
  }
  await place.backup(await openRepository(backend, password, options, signal))
  return place
}

/** Paths of everything in all snapshots. */
async function list(repository: Repository): Promise<string[]> {
  const paths: string[] = []
  for await (const { tree } of readSnapshots(repository, {}, signal)) {
    for await (const { path } of listTree(repository, tree, {}, signal)) paths.push(path)
  }
  return paths
}

/** What an action asks of the server, without listings, locks, and what every opening reads. */
async function asked(server: RestServer, action: () => Promise<unknown>): Promise<string[]> {
  const before = server.requests.length
  await action()
  return server.requests.slice(before).filter(each => /^GET .*\/(?:index|snapshots|data)\/[0-9a-f]{64}/.test(each))
}

async function cachedFiles(cache: string): Promise<string[]> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && entry.name !== 'CACHEDIR.TAG')
  return files.map(entry => path.join(entry.parentPath, entry.name)).sort()
}

describe('a cache of a repository', () => {
  it('answers for every index, snapshot and tree that was read before', async () => {
    await using place = await remote()
    const { server } = place
    const first = await asked(server, async () => assert.ok((await list(await place.open())).length > 80))
    assert.ok(['index', 'snapshots', 'data'].every(kind => first.some(each => each.includes(`/${kind}/`))))
    assert.deepEqual(await asked(server, async () => list(await place.open())), [])
  })

  it('answers for what this machine has written: a further backup reads back its own snapshot, and no other file', async () => {
    await using place = await remote()
    const { server } = place
    // the times at which folders were read last, which the first backup has changed, are settled with the second
    await place.backup(await place.open())
    const listed = await list(await place.open())
    const { backend } = await place.open()
    const known = new Set<string>()
    for (const kind of ['index', 'snapshot', 'pack'] as const) {
      for await (const { name } of backend.list(kind, signal)) known.add(name)
    }
    // The folders above the source are of everybody's: where one has changed meanwhile, its tree is written and read back.
    const seenBefore = (requests: readonly string[]) => requests.filter(each => known.has(each.slice(-64)))
    let id = ''
    const read = await asked(server, async () => {
      id = await place.backup(await place.open())
    })
    assert.ok(read.includes(`GET /plant/snapshots/${id}`))
    assert.deepEqual(seenBefore(read), [])
    const paths = async () => assert.equal((await list(await place.open())).length, (listed.length / 2) * 3)
    assert.deepEqual(seenBefore(await asked(server, paths)), [])
  })

  it('holds sealed bytes only, for nobody else', async () => {
    await using place = await remote()
    const base = place.scratch.path('cache')
    await list(await place.open())
    const files = await cachedFiles(base)
    assert.ok(files.length >= 3)
    for (const file of files) {
      assert.equal((await stat(file)).mode & 0o777, 0o600)
      assert.ok(!(await readFile(file, 'latin1')).includes('folder-'))
      const name = path.basename(file)
      const stored = file.includes('/pack/') ? null : hash('sha256', await readFile(file), 'hex')
      if (stored !== null) assert.equal(stored, name)
    }
    assert.equal((await stat(base)).mode & 0o777, 0o700)
    const [cache] = await cacheFolders(base, new Date())
    assert.equal((await stat(cache!.folder)).mode & 0o777, 0o700)
    assert.ok((await folderBytes(cache!.folder)) > 500)
    assert.match(
      await readFile(path.join(base, 'CACHEDIR.TAG'), 'utf8'),
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    )
  })

  it('is left out where it is damaged, whatever the damage, and then read anew', async () => {
    await using place = await remote()
    const base = place.scratch.path('cache')
    const paths = await list(await place.open())
    const damages: Record<string, (file: string) => Promise<void>> = {
      flipped: async file => {
        const bytes = await readFile(file)
        bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
        await writeFile(file, bytes)
      },
      cut: file => truncate(file, 40),
      emptied: file => truncate(file, 0),
      longer: file => appendFile(file, 'more'),
      removed: file => rm(file),
      // another one's content, as whole as it can be
      forged: async file => {
        const name = path.basename(file)
        const bytes = Buffer.alloc(Number(name.split('-')[2] ?? 100), 7)
        const digest = hash('sha256', Buffer.from(`${name} ${hash('sha256', bytes, 'hex')}`), 'buffer')
        await writeFile(file, Buffer.concat([bytes, digest]))
      },
    }
    for (const [name, damage] of Object.entries(damages)) {
      const files = await cachedFiles(base)
      for (const file of files) await damage(file)
      assert.deepEqual(await list(await place.open()), paths, name)
      const healed = await asked(place.server, async () => list(await place.open()))
      // of what was forged, its seal told; it is read anew when it is asked for next
      if (name !== 'forged') assert.deepEqual(healed, [], name)
      assert.deepEqual(await asked(place.server, async () => list(await place.open())), [], name)
      assert.deepEqual(await cachedFiles(base), files, name)
    }
  })

  it('may be deleted while it is used, and go on', async () => {
    await using place = await remote()
    const paths = await list(await place.open())
    const repository = await place.open()
    await repository.loadIndex(signal)
    await rm(place.scratch.path('cache'), { recursive: true })
    assert.deepEqual(await list(repository), paths)
    await place.backup(repository)
    assert.ok((await cachedFiles(place.scratch.path('cache'))).length > 0)
  })

  it('is used by several at once', async () => {
    await using place = await remote()
    const all = await Promise.all(Array.from({ length: 6 }, async () => list(await place.open())))
    for (const paths of all) assert.deepEqual(paths, all[0])
    assert.deepEqual(
      await readdir(path.join((await cacheFolders(place.scratch.path('cache'), new Date()))[0]!.folder, 'unfinished')),
      [],
    )
  })

  it('is done without where its folder cannot be made or written', async () => {
    await using place = await remote()
    const file = place.scratch.path('a-file')
    await writeFile(file, 'in the way')
    const paths = await list(await place.open())
    for (const cache of [file, path.join(file, 'below'), '/proc/no/such', '/dev/full']) {
      assert.deepEqual(await list(await place.open(cache)), paths, cache)
    }
    assert.equal(await readFile(file, 'utf8'), 'in the way')
  })

  it('is read where it can no longer be written', async () => {
    await using place = await remote()
    await list(await place.open())
    const [cache] = await cacheFolders(place.scratch.path('cache'), new Date())
    await rmdir(path.join(cache!.folder, 'unfinished'))
    await writeFile(path.join(cache!.folder, 'unfinished'), 'in the way')
    assert.deepEqual(await asked(place.server, async () => list(await place.open())), [])
  })

  it('is done without once its disk is full', { skip: !mayMount && 'needs root, to mount a small disk' }, async () => {
    await using place = await remote()
    const paths = await list(await place.open())
    const folder = place.scratch.path('small')
    await mkdir(folder)
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', folder])
    try {
      for (let i = 0; i < 2; i += 1) assert.deepEqual(await list(await place.open(folder)), paths)
      const [cache] = await cacheFolders(folder, new Date())
      assert.deepEqual(await readdir(path.join(cache!.folder, 'unfinished')), [])
    } finally {
      execFileSync('/usr/bin/umount', [folder])
    }
  })

  it('loses what the repository loses, here or elsewhere', async () => {
    await using place = await remote()
    const base = place.scratch.path('cache')
    const own = await place.open()
    await list(own)
    const [one] = await own.snapshots(signal)
    await writeFile(place.scratch.path('source', 'folder-0', 'recipe.csv'), 'step;changed\n')
    await place.backup(own)
    await list(await place.open())
    const before = await cachedFiles(base)
    // another machine, without this cache
    const other = await openRepository(place.backend, password, options, signal)
    await using lock = await other.lock('exclusive', signal)
    await removeSnapshots(other, lock, [one!.id], () => undefined, signal)
    await lock[Symbol.asyncDispose]()
    await prune(other, { maxUnused: { bytes: 0 }, repackSmall: true }, signal)
    await list(await place.open())
    const kept = await cachedFiles(base)
    assert.ok(!kept.some(file => file.includes(one!.id)))
    const there = new Set<string>()
    for (const kind of ['index', 'snapshot', 'pack'] as const) {
      for await (const { name } of place.backend.list(kind, signal)) there.add(name)
    }
    for (const file of kept) assert.ok(there.has(path.basename(file).slice(0, 64)), file)
    assert.ok(before.some(file => !kept.includes(file)))
  })

  it('does not tell check and repair that all is well', async () => {
    await using place = await remote()
    const repository = await place.open()
    await list(repository)
    const index = await repository.loadIndex(signal)
    const [snapshot] = await repository.snapshots(signal)
    const { pack } = index.find('tree', snapshot!.tree)!
    const file = place.file('pack', pack)
    await chmod(file, 0o600)
    await writeFile(file, Buffer.alloc((await stat(file)).size))
    const again = await place.open()
    assert.ok((await list(again)).length > 80) // out of the cache
    const { problems } = await check(again, { readData: false }, signal)
    assert.ok(
      problems.some(({ file }) => file.endsWith(pack)),
      JSON.stringify(problems),
    )
    const report = await repairSnapshots(again, { dryRun: true }, signal)
    assert.deepEqual(
      report.changed.map(({ before }) => before),
      [snapshot!.id],
    )
    for (const kind of ['snapshot', 'index'] as const) {
      const name = kind === 'snapshot' ? snapshot!.id : [...index.files][0]!
      await chmod(place.file(kind, name), 0o600)
      await truncate(place.file(kind, name), 50)
      const { problems } = await check(await place.open(), { readData: false }, signal)
      assert.ok(
        problems.some(({ file }) => file.endsWith(name)),
        kind,
      )
    }
  })

  it('does not stand in for damage of the repository, nor keep it once that is repaired', async () => {
    await using place = await remote()
    const plain = await openRepository(place.backend, password, options, signal)
    const [snapshot] = await plain.snapshots(signal)
    const paths = await list(plain)
    const { pack } = (await plain.loadIndex(signal)).find('tree', snapshot!.tree)!
    const file = place.file('pack', pack)
    const sound = await readFile(file)
    await chmod(file, 0o600)
    await writeFile(file, Buffer.alloc(sound.length))
    await assert.rejects(
      list(await place.open()),
      error => error instanceof BlackstartError && error.code === 'integrity',
    )
    await writeFile(file, sound)
    assert.deepEqual(await list(await place.open()), paths)
  })

  it('is removed when nobody has used it for 30 days, by whoever opens another one', async () => {
    await using place = await remote()
    const base = place.scratch.path('cache')
    const [old, young] = ['a'.repeat(64), 'b'.repeat(64)]
    for (const [name, days] of [
      [old, 31],
      [young, 29],
      ['not-ours', 99],
    ] as const) {
      await mkdir(path.join(base, name, 'index'), { recursive: true })
      const used = new Date(Date.now() - days * 86_400_000)
      await utimes(path.join(base, name), used, used)
    }
    const { id } = await place.open()
    const names = (await readdir(base)).filter(name => name !== 'CACHEDIR.TAG')
    assert.deepEqual(names.sort(), [id, young, 'not-ours'].sort())
    assert.deepEqual(
      (await cacheFolders(base, new Date())).map(({ repository }) => repository),
      [id, young],
    )
  })
})
