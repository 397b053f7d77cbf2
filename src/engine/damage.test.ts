import assert from 'node:assert/strict'
import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { BlackstartError } from '../errors.ts'
import { localBackend } from '../storage/local/local-backend.ts'
import { backup } from './backup.ts'
import { type CheckReport, check } from './check.ts'
import { openRepository, type Repository } from './repository.ts'
import { restore } from './restore.ts'
import {
  addPassword,
  newRepository,
  options,
  password,
  pseudoRandom,
  type Scratch,
  scratchFolder,
} from './test-repository.ts'

const signal = AbortSignal.timeout(200_000)
const damages = [
  'first byte',
  'middle byte',
  'last byte',
  'cut by one',
  'cut in half',
  'emptied',
  'grown',
  'removed',
] as const
type Damage = (typeof damages)[number]

async function inflict(file: string, damage: Damage): Promise<void> {
  if (damage === 'removed') return await rm(file)
  const bytes = await readFile(file)
  const flip = (at: number) => {
    bytes[at] = bytes[at]! ^ 0x10
    return bytes
  }
  const after = {
    'first byte': () => flip(0),
    'middle byte': () => flip(bytes.length >> 1),
    'last byte': () => flip(bytes.length - 1),
    'cut by one': () => bytes.subarray(0, -1),
    'cut in half': () => bytes.subarray(0, bytes.length >> 1),
    emptied: () => bytes.subarray(0, 0),
    grown: () => Buffer.concat([bytes, Buffer.of(0)]),
  }[damage]()
  await chmod(file, 0o600)
  await writeFile(file, after)
}

async function prepare(scratch: Scratch): Promise<{ folder: string; files: string[] }> {
  const folder = scratch.path('repository')
  const { repository } = await newRepository(folder, signal)
  await writeFile(scratch.path('noise'), pseudoRandom(7, 1_500_000))
  await writeFile(scratch.path('text'), 'recipe\n'.repeat(9000))
  await backup(repository, [scratch.path('noise'), scratch.path('text')], {}, signal)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
  return { folder, files }
}

/** What a person would do: open, check, restore everything. Damage must show, and no wrong content may come out. */
async function everything(folder: string, scratch: Scratch): Promise<{ named: string; report: CheckReport | null }> {
  const named: string[] = []
  const note = (error: unknown): void => {
    assert.ok(error instanceof BlackstartError && error.code === 'integrity', String(error))
    named.push(error.message, String(error.facts.file))
  }
  let repository: Repository
  try {
    repository = await openRepository(localBackend(folder), password, options, signal)
  } catch (error) {
    note(error)
    return { named: named.join('\n'), report: null }
  }
  const report = await check(repository, { readData: true }, signal)
  const target = scratch.path('out')
  await rm(target, { recursive: true, force: true })
  try {
    for (const snapshot of await repository.snapshots(signal)) {
      await restore(
        repository,
        snapshot,
        { target, path: scratch.folder, onError: (_path, error) => note(error) },
        signal,
      )
    }
  } catch (error) {
    note(error)
  }
  for (const name of await readdir(target).catch(() => [])) {
    assert.ok(
      (await readFile(path.join(target, name))).equals(await readFile(scratch.path(name))),
      `${name} came back wrong`,
    )
  }
  return { named: named.join('\n'), report }
}

it('finds and names every damage to every kind of file, and gives out no wrong content', async () => {
  await using scratch = await scratchFolder()
  const { folder, files } = await prepare(scratch)
  assert.deepEqual([...new Set(files.map(file => file.split('/')[0]))].sort(), [
    'config',
    'data',
    'index',
    'keys',
    'snapshots',
  ])
  for (const file of files) {
    const good = await readFile(path.join(folder, file))
    for (const damage of damages) {
      await inflict(path.join(folder, file), damage)
      const { named, report } = await everything(folder, scratch)
      const told = [named, ...(report?.problems.map(problem => `${problem.file} ${problem.message}`) ?? [])].join('\n')
      if (damage === 'removed' && file.startsWith('snapshots/'))
        assert.equal(told, '') // as if it had been forgotten
      else if (damage === 'removed' && file.startsWith('keys/')) assert.match(told, /keys\/.* is missing/)
      else if (damage === 'removed' && file.startsWith('index/')) assert.match(told, /in no index/)
      else assert.ok(told.includes(file), `${file}, ${damage}: ${told}`)
      await rm(path.join(folder, file), { force: true })
      await writeFile(path.join(folder, file), good)
    }
  }
  const { named, report } = await everything(folder, scratch)
  assert.deepEqual([named, report?.problems], ['', []])
})

it('finds a damaged lock, a damaged second key, and says which', async () => {
  await using scratch = await scratchFolder()
  const { folder } = await prepare(scratch)
  const backend = localBackend(folder)
  const repository = await openRepository(backend, password, options, signal)
  const second = await addPassword(repository, 'another', signal)
  await inflict(path.join(folder, 'keys', second), 'middle byte')
  await using _lock = await repository.lock('shared', signal)
  const [lock] = await Array.fromAsync(backend.list('lock', signal))
  await inflict(path.join(folder, 'locks', lock!.name), 'middle byte')
  const { problems } = await check(repository, { readData: false }, signal)
  assert.deepEqual(problems.map(({ kind, file }) => `${kind} ${file}`).sort(), [
    `key keys/${second}`,
    `lock locks/${lock!.name}`,
  ])
  // The password of the damaged key opens nothing, and that is told as damage, not as a wrong password.
  await assert.rejects(openRepository(backend, 'another', options, signal), {
    code: 'integrity',
    message: new RegExp(second),
  })
})

it('finds a missing and a truncated pack without reading data, and tells packs that nothing names', async () => {
  await using scratch = await scratchFolder()
  const { folder, files } = await prepare(scratch)
  const repository = await openRepository(localBackend(folder), password, options, signal)
  const unnamed = 'ee'.repeat(32)
  await repository.backend.write('pack', unnamed, [Buffer.from('left by a killed run')], signal)
  const clean = await check(repository, { readData: false }, signal)
  assert.deepEqual([clean.problems, clean.unreferencedPacks], [[], [unnamed]])
  const packs = files.filter(file => file.startsWith('data/'))
  assert.equal(packs.length, 2)
  await inflict(path.join(folder, packs[0]!), 'cut by one')
  await inflict(path.join(folder, packs[1]!), 'removed')
  const { problems } = await check(repository, { readData: false }, signal)
  for (const file of packs) assert.ok(problems.some(problem => problem.file === file))
})

it('takes the good copy where a blob lies in two packs and one is damaged', async () => {
  await using scratch = await scratchFolder()
  const { folder, files } = await prepare(scratch)
  const other = scratch.path('other')
  await cp(folder, other, { recursive: true })
  // A second run that does not see the first one's index stores everything again.
  await rm(path.join(other, 'index'), { recursive: true })
  await backup(
    await openRepository(localBackend(other), password, options, signal),
    [scratch.path('noise')],
    { force: true },
    signal,
  )
  await cp(other, folder, { recursive: true, force: true })
  const data = files.filter(file => file.startsWith('data/'))
  for (const file of data) await inflict(path.join(folder, file), 'middle byte')
  const repository = await openRepository(localBackend(folder), password, options, signal)
  const newest = (await repository.snapshots(signal)).at(-1)!
  const result = await restore(repository, newest, { target: scratch.path('out'), path: scratch.path('noise') }, signal)
  assert.equal(result.files, 1)
  assert.ok((await readFile(scratch.path('out', 'noise'))).equals(await readFile(scratch.path('noise'))))
})
