import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir, rm, stat, truncate } from 'node:fs/promises'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { startFaultProxy } from '../../../lab/peers/fault-proxy.ts'
import { sshdLacking } from '../../../lab/peers/sshd.ts'
import { digestOf } from '../contract.ts'
import { faultContract } from '../fault-contract.ts'
import { networkRetries, retrying } from '../retrying.ts'
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
  faultContract('sftp', async () => ({
    port: server.port,
    open: async (port, access) => repositories.on(server, access, port).backend,
  }))
}

describe('a connection over SFTP that breaks', { skip }, () => {
  const bytes = randomBytes(6_000_000)

  it('is made anew by the next call; the one that it broke under may be repeated', async () => {
    await using proxy = await startFaultProxy(server)
    const { backend, folder } = repositories.on(server, {}, proxy.port)
    await backend.write('pack', name, [bytes], signal)
    for (const on of ['received', 'sent'] as const) {
      proxy.arm({ what: 'reset', on, after: 3_000_000 })
      const more = on === 'sent' ? 'cd'.repeat(32) : name
      const broken =
        on === 'sent' ? backend.write('pack', more, [bytes], signal) : backend.read('pack', name, null, signal)
      await assert.rejects(broken, failing('connection-lost', true))
      if (on === 'sent') assert.equal(await backend.stat('pack', more, signal), null)
      assert.ok(bytes.equals(await backend.read('pack', name, null, signal)))
    }
    await backend.write('pack', 'ef'.repeat(32), [], signal)
    await backend.stat('config', 'config', signal)
    assert.deepEqual(
      (await readdir(path.join(folder, 'data'))).filter(each => each.includes('-tmp-')),
      [],
    )
    assert.equal(proxy.connections, 3)
  })

  it('fails every call that was under way, and is made anew once', async () => {
    await using proxy = await startFaultProxy(server)
    const { backend } = repositories.on(server, {}, proxy.port)
    await backend.write('pack', name, [bytes], signal)
    const reads = Array.from({ length: 6 }, () => backend.read('pack', name, null, signal))
    setImmediate(() => proxy.cut())
    for (const read of reads) await assert.rejects(read, failing('connection-lost', true))
    const again = await Promise.all(reads.map(() => backend.read('pack', name, null, signal)))
    assert.ok(again.every(each => bytes.equals(each)))
    assert.equal(proxy.connections, 2)
  })
})

describe('an upload over SFTP whose connection breaks', { skip }, () => {
  const bytes = randomBytes(6_000_000)
  const temporary = async (folder: string): Promise<string[]> =>
    (await readdir(path.join(folder, 'data')))
      .filter(each => each.includes('-tmp-'))
      .map(each => path.join(folder, 'data', each))

  it('goes on in the file that it had begun, which nobody may write afterwards, and leaves none', async () => {
    for (const sshd of [server, bare]) {
      await using proxy = await startFaultProxy(sshd)
      const { backend, folder } = repositories.on(sshd, {}, proxy.port)
      await backend.create(signal)
      const patient = retrying(backend, { ...networkRetries, firstPause: 10, longestPause: 50 })
      for (let after = 0; after < 600; after += 120) {
        const name = digestOf(bytes.subarray(after))
        const upload = await patient.upload('pack', signal)
        await upload.append(bytes.subarray(after, 5_000_000))
        const begun = await temporary(folder)
        proxy.cut()
        await upload.append(bytes.subarray(5_000_000))
        assert.deepEqual([begun.length, await temporary(folder)], [1, begun])
        proxy.arm({ what: 'reset', on: 'received', after })
        assert.equal((await upload.finish(name)).bytes, bytes.length - after)
        proxy.disarm()
        assert.ok(bytes.subarray(after).equals(await backend.read('pack', name, null, signal)))
        assert.equal((await stat(path.join(folder, 'data', name.slice(0, 2), name))).mode & 0o777, 0o400)
        assert.deepEqual(await temporary(folder), [])
      }
    }
  })

  it('is given up where the server has lost what it had acknowledged', async () => {
    await using proxy = await startFaultProxy(server)
    const { backend, folder } = repositories.on(server, {}, proxy.port)
    await backend.create(signal)
    const patient = retrying(backend, { ...networkRetries, firstPause: 10 })
    const losses = [
      { lose: (file: string) => truncate(file, 1000), words: ['has 1000 bytes', 'run again'] },
      { lose: (file: string) => rm(file), words: ['is gone', 'run again'] },
    ]
    for (const { lose, words } of losses) {
      const upload = await patient.upload('pack', signal)
      await upload.append(bytes)
      await backend.stat('config', 'config', signal) // by now the pieces before are acknowledged
      const [file = ''] = await temporary(folder)
      proxy.cut()
      await lose(file)
      await assert.rejects(upload.append(bytes), failing('storage', false, [path.basename(file), ...words]))
      await upload.discard()
      await backend.stat('config', 'config', signal)
      assert.deepEqual(await temporary(folder), [])
    }
  })

  it('is taken away where it is given up, by the next one', async () => {
    await using proxy = await startFaultProxy(server)
    const { backend, folder } = repositories.on(server, {}, proxy.port)
    await backend.create(signal)
    const upload = await backend.upload('pack', signal)
    proxy.cut()
    await assert.rejects(
      async () => {
        await upload.append(bytes)
        await upload.finish(digestOf(bytes))
      },
      failing('connection-lost', true),
    )
    await upload.discard()
    await backend.write('pack', name, [bytes], signal)
    assert.deepEqual(await temporary(folder), [])
  })
})

/** What a program of its own writes, which uses `backend`. */
async function written(folder: string, lines: string): Promise<string> {
  const { user, remote, port, privateKey, hostKey } = server
  const module = path.join(import.meta.dirname, 'sftp-backend.ts')
  const program = `
    import { sftpBackend } from ${JSON.stringify(module)}
    const access = { sftp: ${JSON.stringify({ privateKey, hostKey })} }
    const place = ${JSON.stringify(`//${user}@127.0.0.1:${port}/${remote}/${folder}`)}
    const signal = AbortSignal.timeout(10_000)
    ${lines}`
  const running = run(process.execPath, ['--input-type=module', '-'], { timeout: 20_000 })
  running.child.stdin?.end(program) // not an argument: everybody sees those
  return (await running).stdout
}

it('does not keep the process running between calls', { skip }, async () => {
  const lines = `
    const backend = sftpBackend(place, access)
    await backend.write('lock', ${JSON.stringify(name)}, [Buffer.from('x')], signal)
    console.log((await backend.stat('lock', ${JSON.stringify(name)}, signal)).bytes)`
  assert.equal(await written('alone', lines), '1\n')
})

it('is let go of while requests are answered, or fail, and the process goes on', { skip }, async () => {
  const lines = `
    for (let i = 0; i < 20; i++) {
      const backend = sftpBackend(place, access)
      await backend.write('key', ${JSON.stringify(name)}, [Buffer.from('x')], signal)
      const asked = [1, 2, 3].map(() => backend.read('key', ${JSON.stringify(name)}, null, signal).catch(() => null))
      for (let turn = 0; turn < i % 5; turn++) await new Promise(setImmediate)
      await backend[Symbol.asyncDispose]()
      await Promise.all(asked)
    }
    console.log('all')`
  assert.equal(await written('let-go', lines), 'all\n')
})
