import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BlackstartError } from '../../errors.ts'
import { backendContract, written } from '../contract.ts'
import { type Pace, transferPiece } from '../transfer.ts'
import { localBackend } from './local-backend.ts'

const scratch = await mkdtemp(path.join(os.tmpdir(), 'blackstart-local-'))
after(() => rm(scratch, { recursive: true, force: true }))
const signal = AbortSignal.timeout(60_000)
const name = 'ab'.repeat(32)

let next = 0
function freshFolder(): string {
  next += 1
  return path.join(scratch, `repository-${next}`)
}

backendContract('local', async () => localBackend(freshFolder()))

it('has the folders and permissions of restic', async () => {
  const folder = freshFolder()
  const backend = localBackend(folder)
  await backend.create(signal)
  await backend.write('pack', name, [Buffer.from('x')], signal)
  assert.equal((await readdir(path.join(folder, 'data'))).length, 256)
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'index', 'keys', 'locks', 'snapshots'])
  assert.equal((await stat(path.join(folder, 'data', 'ab'))).mode & 0o777, 0o700)
  assert.equal((await stat(path.join(folder, 'data', 'ab', name))).mode & 0o777, 0o400)
})

it('makes the folder of a pack where it is missing', async () => {
  const folder = freshFolder()
  await localBackend(folder).write('pack', name, [Buffer.from('x')], signal)
  assert.equal((await stat(path.join(folder, 'data', 'ab', name))).size, 1)
})

it('does not list temporary files, and removes those of runs that are long dead', async () => {
  const folder = freshFolder()
  const backend = localBackend(folder)
  await backend.create(signal)
  const [dead, alive] = [path.join(folder, 'data', 'cd', `${name}-tmp-1`), path.join(folder, 'index', `${name}-tmp-2`)]
  for (const file of [dead, alive]) await writeFile(file, 'half')
  await utimes(dead, 1, 1)
  assert.deepEqual(await Array.fromAsync(backend.list('pack', signal)), [])
  assert.deepEqual(await Array.fromAsync(backend.list('index', signal)), [])
  await backend.write('pack', name, [Buffer.from('x')], signal)
  await assert.rejects(stat(dead))
  assert.ok(await stat(alive))
})

it('leaves no temporary file when a write fails', async () => {
  const folder = freshFolder()
  const backend = localBackend(folder)
  await backend.create(signal)
  await mkdir(path.join(folder, 'index', name)) // a folder stands where the file belongs
  await assert.rejects(backend.write('index', name, [Buffer.from('x')], signal), (error: unknown) => {
    return error instanceof BlackstartError && error.code === 'storage' && error.message.includes(name)
  })
  assert.deepEqual(await readdir(path.join(folder, 'index')), [name])
})

it('makes every folder that is missing above a file', async () => {
  const folder = path.join(freshFolder(), 'deep', 'deeper')
  const upload = await localBackend(folder).upload('pack', signal)
  await upload.append(Buffer.from('x'))
  await upload.finish(name)
  assert.equal((await stat(path.join(folder, 'data', 'ab', name))).size, 1)
})

it('goes on where what a dead run left cannot be removed', async () => {
  const folder = freshFolder()
  const backend = localBackend(folder)
  await backend.create(signal)
  const left = path.join(folder, 'data', 'cd', `${name}-tmp-1`)
  await mkdir(left) // a folder: no file to be removed
  await utimes(left, 1, 1)
  await backend.write('pack', name, [Buffer.from('x')], signal)
  assert.equal((await backend.stat('pack', name, signal))?.bytes, 1)
})

it('ends a call at once when the caller gives up while the system hangs', async () => {
  const folder = freshFolder()
  const backend = localBackend(folder)
  await backend.create(signal)
  const pipe = path.join(folder, 'data', 'ab', name)
  execFileSync('mkfifo', [pipe]) // opening it waits for a writer
  for (const call of [
    (signal: AbortSignal) => backend.read('pack', name, null, signal),
    (signal: AbortSignal) => Array.fromAsync(backend.stream('pack', name, 0, signal)),
  ]) {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 20)
    await assert.rejects(call(stop.signal), /enough/)
    await writeFile(pipe, '', { flag: 'r+' }) // lets it go
  }
})

it('asks the pace for every byte, in small pieces', async () => {
  const asked = { read: 0, write: 0, largest: 0 }
  const pace: Pace = async (direction, bytes) => {
    asked[direction] += bytes
    asked.largest = Math.max(asked.largest, bytes)
  }
  const backend = localBackend(freshFolder(), { pace })
  await backend.create(signal)
  const { name } = await written(backend, 'pack', randomBytes(500_000))
  await backend.read('pack', name, null, signal)
  await Array.fromAsync(backend.stream('pack', name, 0, signal))
  const upload = await backend.upload('index', signal)
  await upload.append(randomBytes(500_000))
  await upload.discard()
  assert.deepEqual(asked, { read: 1_000_000, write: 1_000_000, largest: transferPiece })
})

it('gives nothing its name once the caller has given up, and leaves nothing behind', async () => {
  const stop = new AbortController()
  const pace: Pace = async (_, bytes) => {
    if (bytes < transferPiece) stop.abort(new Error('enough')) // before the last piece
  }
  const folder = freshFolder()
  const backend = localBackend(folder, { pace })
  await backend.create(signal)
  await assert.rejects(backend.write('index', name, [randomBytes(100_000)], stop.signal), /enough/)
  while ((await readdir(path.join(folder, 'index'))).length > 0) await sleep(5)
  assert.equal(await backend.stat('index', name, signal), null)
})

const mayMount = process.platform === 'linux' && process.getuid?.() === 0
it('says disk-full, and goes on once there is room', {
  skip: mayMount ? false : 'needs root, to mount a small disk',
}, async () => {
  const folder = freshFolder()
  await mkdir(folder)
  execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder])
  try {
    const backend = localBackend(folder)
    await backend.create(signal)
    const large = randomBytes(4_000_000)
    await assert.rejects(written(backend, 'pack', large), { code: 'disk-full', retry: false })
    const upload = await backend.upload('pack', signal)
    await assert.rejects(upload.append(large), { code: 'disk-full' })
    await upload.discard()
    assert.deepEqual(await Array.fromAsync(backend.list('pack', signal)), [])
    const { name } = await written(backend, 'pack', randomBytes(1_500_000)) // what was begun takes no room
    assert.deepEqual(await Array.fromAsync(backend.list('pack', signal)), [{ name, bytes: 1_500_000 }])
  } finally {
    execFileSync('/usr/bin/umount', [folder])
  }
})

it('says storage where the place cannot be prepared', async () => {
  const file = path.join(scratch, 'a-file')
  await writeFile(file, '')
  await assert.rejects(localBackend(path.join(file, 'below')).create(signal), { code: 'storage' })
})

it('says of a file that its disk does not give back that this one is damaged', {
  skip: process.platform !== 'linux',
}, async () => {
  const folder = freshFolder()
  const backend = localBackend(folder)
  await backend.create(signal)
  // the system has a file that always says EIO: the first page of a process's memory
  await symlink('/proc/self/mem', path.join(folder, 'index', name))
  const told = {
    ...{ code: 'integrity', message: /index\/abab.* cannot be read: its disk fails \(EIO\)/ },
    facts: { file: `index/${name}`, kind: 'index', name, system: 'EIO' },
  }
  await assert.rejects(backend.read('index', name, { offset: 0, length: 100 }, signal), told)
  await assert.rejects(Array.fromAsync(backend.stream('index', name, 0, signal)), told)
})
