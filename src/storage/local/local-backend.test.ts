import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, it } from 'node:test'
import { BlackstartError } from '../../errors.ts'
import { backendContract } from '../contract.ts'
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

it('says storage where the place cannot be prepared', async () => {
  const file = path.join(scratch, 'a-file')
  await writeFile(file, '')
  await assert.rejects(localBackend(path.join(file, 'below')).create(signal), { code: 'storage' })
})
