import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { sshdLacking } from '../../../lab/peers/sshd.ts'
import type { BlackstartError } from '../../errors.ts'
import { backendContract } from '../contract.ts'
import { failing, TestRepositories, withoutExtensions } from './test-repositories.ts'

const run = promisify(execFile)
const skip = sshdLacking ?? false
const signal = AbortSignal.timeout(120_000)
const name = 'ab'.repeat(32)
const repositories = new TestRepositories()
after(() => repositories[Symbol.asyncDispose]())
const server = await repositories.sshd()
const bare = await repositories.sshd(withoutExtensions)

if (sshdLacking === null) {
  backendContract('sftp', () => Promise.resolve(repositories.on(server).backend))
  backendContract('sftp (a server without extensions)', () => Promise.resolve(repositories.on(bare).backend))
}

describe('a repository over SFTP', { skip }, () => {
  it('has the folders and permissions of restic', async () => {
    const { backend, folder } = repositories.on(server)
    await backend.create(signal)
    await backend.write('pack', name, [Buffer.from('x')], signal)
    await backend.write('config', 'config', [Buffer.from('x')], signal)
    assert.equal((await readdir(path.join(folder, 'data'))).length, 256)
    assert.deepEqual((await readdir(folder)).sort(), ['config', 'data', 'index', 'keys', 'locks', 'snapshots'])
    assert.equal((await stat(path.join(folder, 'data', 'ab'))).mode & 0o777, 0o700)
    assert.equal((await stat(path.join(folder, 'data', 'ab', name))).mode & 0o777, 0o400)
  })

  it('makes the folder of a pack where it is missing', async () => {
    const { backend, folder } = repositories.on(server)
    await backend.write('pack', name, [Buffer.from('x')], signal)
    assert.equal((await stat(path.join(folder, 'data', 'ab', name))).size, 1)
  })

  it('lists a folder of more files than one answer holds', async () => {
    const { backend, folder } = repositories.on(server)
    await backend.create(signal)
    const names = Array.from({ length: 1234 }, () => randomBytes(32).toString('hex'))
    for (const each of names) await writeFile(path.join(folder, 'snapshots', each), 'x')
    const listed = await Array.fromAsync(backend.list('snapshot', signal))
    assert.deepEqual(listed.map(each => each.name).sort(), names.sort())
  })

  it('sends an upload while it is written', async () => {
    const { backend, folder } = repositories.on(server)
    await backend.create(signal)
    const upload = await backend.upload('pack', signal)
    for (let i = 0; i < 32; i += 1) await upload.append(Buffer.alloc(1_000_000))
    const [temporary = ''] = (await readdir(path.join(folder, 'data'))).filter(each => each.includes('-tmp-'))
    assert.ok((await stat(path.join(folder, 'data', temporary))).size > 20_000_000)
    assert.equal((await upload.finish(name)).bytes, 32_000_000)
    assert.equal((await readdir(path.join(folder, 'data'))).length, 256)
  })

  it('removes the temporary files of runs that are long dead, and no others', async () => {
    const { backend, folder } = repositories.on(server)
    await backend.create(signal)
    const [dead, alive, index] = ['data/upload-tmp-1', 'data/upload-tmp-2', `index/${name}-tmp-3`].map(each =>
      path.join(folder, each),
    )
    for (const file of [dead, alive, index]) await writeFile(file!, 'half')
    for (const file of [dead, index]) await utimes(file!, 1, 1)
    assert.deepEqual(await Array.fromAsync(backend.list('pack', signal)), [])
    assert.deepEqual(await Array.fromAsync(backend.list('index', signal)), [])
    await backend.write('pack', name, [Buffer.from('x')], signal)
    await assert.rejects(stat(dead!), { code: 'ENOENT' })
    await assert.rejects(stat(index!), { code: 'ENOENT' })
    assert.ok(await stat(alive!))
  })

  it('leaves no temporary file when a write fails, and what was there', async () => {
    for (const sshd of [server, bare]) {
      const { backend, folder } = repositories.on(sshd)
      await backend.create(signal)
      await mkdir(path.join(folder, 'index', name)) // a folder stands where the file belongs
      await assert.rejects(backend.write('index', name, [Buffer.from('x')], signal), failing('storage', false, [name]))
      assert.equal(await backend.stat('index', name, signal), null)
      assert.deepEqual(await readdir(path.join(folder, 'index')), [name])
    }
  })

  it('replaces a file on a server whose rename does not', async () => {
    const { backend, folder } = repositories.on(bare)
    await backend.write('index', name, [Buffer.from('damaged')], signal)
    await backend.write('index', name, [Buffer.from('whole')], signal)
    assert.equal(Buffer.from(await backend.read('index', name, null, signal)).toString(), 'whole')
    assert.deepEqual(await readdir(path.join(folder, 'index')), [name])
  })

  it('says disk-full where the disk is full, and read-only where it is mounted so', async () => {
    const { backend, folder } = repositories.on(server)
    await mkdir(folder)
    await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder])
    await using _ = { [Symbol.asyncDispose]: () => run('umount', [folder]).then(() => undefined) }
    await chmod(folder, 0o777)
    await backend.create(signal)
    await backend.write('pack', name, [Buffer.from('x')], signal)
    const more = 'cd'.repeat(32)
    await assert.rejects(backend.write('pack', more, [randomBytes(3_000_000)], signal), failing('disk-full', false))
    assert.equal(await backend.stat('pack', more, signal), null)
    assert.equal((await readdir(path.join(folder, 'data'))).length, 256)
    await run('mount', ['-o', 'remount,ro', folder])
    await assert.rejects(backend.write('lock', more, [Buffer.from('x')], signal), (error: unknown) => {
      return failing('storage', false, ['read-only'])(error) && (error as BlackstartError).facts.system === 'EROFS'
    })
  })

  it('says permission where the user has no right', async () => {
    const { backend, folder } = repositories.on(server)
    await backend.create(signal)
    await run('chown', ['-R', 'root', folder])
    await chmod(folder, 0o755)
    await chmod(path.join(folder, 'locks'), 0o755)
    await assert.rejects(backend.write('lock', name, [Buffer.from('x')], signal), (error: unknown) => {
      return failing('permission', false)(error) && (error as BlackstartError).facts.system === 'EACCES'
    })
    await assert.rejects(Array.fromAsync(backend.list('index', signal)), failing('permission', false, ['index']))
  })
})
