import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cephLacking, startCeph } from '../../lab/peers/ceph.ts'
import { sshdLacking, startSshd } from '../../lab/peers/sshd.ts'
import { BlackstartError } from '../errors.ts'
import { openStorage } from '../storage/all.ts'
import type { StorageAccess } from '../storage/storage-access.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { prune } from './prune/prune.ts'
import { initRepository, openRepository, type Repository } from './repository.ts'
import { restore } from './restore.ts'
import {
  describeFolder,
  options,
  password,
  pseudoRandom,
  type Restic,
  type Scratch,
  scratchFolder,
  stockRestic,
} from './test-repository.ts'

const signal = AbortSignal.timeout(280_000)
const missing = await stockRestic()

/** A server, and how restic and we reach a place on it that is called `name`. */
interface Remote extends AsyncDisposable {
  readonly access: StorageAccess
  location(name: string): string
  /** restic's own words for the same place. */
  readonly variables: Readonly<Record<string, string>>
  readonly words: readonly string[]
}

async function overSftp(scratch: Scratch): Promise<Remote> {
  const server = await startSshd()
  const { host, port, user, remote, hostKey, privateKey } = server
  const key = scratch.path('key')
  await writeFile(key, privateKey, { mode: 0o600 })
  const trust = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'
  return {
    access: { sftp: { privateKey, hostKey } },
    location: name => `sftp://${user}@${host}:${port}/${remote}/${name}`,
    variables: {},
    words: ['-o', `sftp.command=ssh -i ${key} -p ${port} ${trust} ${user}@${host} -s sftp`],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function overS3(): Promise<Remote> {
  const server = await startCeph()
  const { host, port, accessKeyId, secretAccessKey } = server
  return {
    access: { s3: { accessKeyId, secretAccessKey } },
    location: name => `s3:http://${host}:${port}/${name}/plant`,
    variables: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    words: [],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const remotes = [
  ['SFTP', sshdLacking, overSftp],
  ['S3', cephLacking, overS3],
] as const

describe('a repository on a server that stock restic uses, too', { concurrency: true }, () => {
  for (const [kind, lacking, start] of remotes) {
    const skip = lacking ?? (typeof missing === 'string' ? missing : false)
    it(`is read, checked, written and pruned by both, and locked for both, over ${kind}`, { skip }, async () => {
      await using scratch = await scratchFolder()
      await using remote = await start(scratch)
      const both: Both = { remote, scratch, restic: await resticOf(remote) }
      await makeSource(scratch.path('source'))
      await resticFirst(both)
      await usFirst(both)
    })
  }
})

interface Both {
  readonly remote: Remote
  readonly scratch: Scratch
  readonly restic: Restic
}

async function resticOf({ variables, words }: Remote): Promise<Restic> {
  const restic = await stockRestic('0.18', variables)
  if (typeof restic === 'string') throw new Error(restic)
  return (location, ...more) => restic(location, ...words, ...more)
}

async function makeSource(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'deep', 'empty'), { recursive: true })
  await writeFile(path.join(folder, 'large'), pseudoRandom(1, 20_000_000))
  await writeFile(path.join(folder, 'changing'), pseudoRandom(2, 2_000_000))
  for (let i = 0; i < 60; i += 1) await writeFile(path.join(folder, 'deep', `recipe-${i}`), `step;${i}\n`.repeat(i))
}

/** restic inits and backs up; we restore, check and back up; restic checks and restores ours, forgets and prunes. */
async function resticFirst({ remote, scratch, restic }: Both): Promise<void> {
  const location = remote.location('theirs')
  const source = scratch.path('source')
  await restic(location, 'init')
  await restic(location, 'backup', source)
  await using backend = await openStorage(location, remote.access)
  const repository = await openRepository(backend, password, options, signal)
  const [theirs] = await repository.snapshots(signal)
  assert.ok(theirs)
  await restore(repository, theirs, { target: scratch.path('restored-theirs'), path: source }, signal)
  assert.deepEqual(await describeFolder(scratch.path('restored-theirs')), await describeFolder(source))
  assert.deepEqual((await check(repository, { readData: true }, signal)).problems, [])
  await writeFile(path.join(source, 'changing'), pseudoRandom(3, 2_000_000))
  const result = await backup(repository, [source], {}, signal)
  assert.deepEqual([result.failed, result.files - result.unchanged], [0, 1])
  assert.match(await restic(location, 'check', '--read-data'), /no errors were found/)
  await restic(location, 'restore', `latest:${source}`, '--target', scratch.path('restored-ours'))
  assert.deepEqual(await describeFolder(scratch.path('restored-ours')), await describeFolder(source))
  await restic(location, 'forget', '--keep-last', '1', '--prune', '--max-unused', '0')
  assert.deepEqual((await check(await opened(repository), { readData: true }, signal)).problems, [])
}

/** We init, back up and prune; restic backs up upon ours and checks. Then each holds the lock against the other. */
async function usFirst({ remote, scratch, restic }: Both): Promise<void> {
  const location = remote.location('ours')
  const source = scratch.path('source')
  await using backend = await openStorage(location, remote.access)
  const repository = await initRepository(backend, password, options, signal)
  const { snapshot } = await backup(repository, [source], {}, signal)
  await writeFile(path.join(source, 'changing'), pseudoRandom(4, 2_000_000))
  assert.match(await restic(location, 'backup', source), /Files: +0 new, +1 changed/)
  await backend.remove('snapshot', snapshot, signal)
  await prune(await opened(repository), { maxUnused: { bytes: 0 } }, signal)
  assert.match(await restic(location, 'check', '--read-data'), /no errors were found/)
  await oursHolds(repository, location, restic)
  await theirsHolds(repository, location, remote)
  assert.deepEqual(await Array.fromAsync(backend.list('lock', signal)), [])
}

/** The same repository without what it remembers of its index. */
function opened({ backend }: Repository): Promise<Repository> {
  return openRepository(backend, password, options, signal)
}

async function oursHolds(repository: Repository, location: string, restic: Restic): Promise<void> {
  await using _lock = await repository.lock('exclusive', signal)
  await assert.rejects(restic(location, 'backup', import.meta.filename), /already locked exclusively/)
}

/** A backup of its standard input, which does not end: restic holds a shared lock. */
async function theirsHolds(repository: Repository, location: string, remote: Remote): Promise<void> {
  const recipe = path.resolve(import.meta.dirname, '../../lab/peers/restic.sh')
  const program = (await promisify(execFile)(recipe)).stdout.trim()
  const env = { ...process.env, RESTIC_PASSWORD: password, ...remote.variables }
  const words = ['-r', location, '--no-cache', ...remote.words, 'backup', '--stdin']
  const child = spawn(program, words, { env, stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = once(child, 'exit')
  while ((await Array.fromAsync(repository.backend.list('lock', signal))).length === 0)
    await sleep(50, undefined, { signal })
  await assert.rejects(repository.lock('exclusive', signal), (error: unknown) => {
    return error instanceof BlackstartError && error.code === 'locked' && error.facts.pid === child.pid
  })
  const shared = await repository.lock('shared', signal)
  await shared[Symbol.asyncDispose]()
  child.stdin.end('the end')
  assert.equal((await ended)[0], 0)
}
