import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { sshdLacking } from '../../../lab/peers/sshd.ts'
import type { SftpAccess } from '../storage-access.ts'
import { sftpBackend } from './sftp-backend.ts'
import { failing, TestRepositories } from './test-repositories.ts'

const run = promisify(execFile)
const skip = sshdLacking ?? false
const signal = AbortSignal.timeout(120_000)
const name = 'ab'.repeat(32)
const repositories = new TestRepositories()
after(() => repositories[Symbol.asyncDispose]())
const server = await repositories.sshd()

describe('the login of a repository over SFTP', { skip }, () => {
  const stored = async (sftp: SftpAccess, sshd = server) => {
    const { backend } = repositories.on(sshd, { sftp })
    await backend.write('lock', name, [Buffer.from('x')], signal)
    return (await backend.stat('lock', name, signal))?.bytes
  }
  const { hostKey, password, privateKey, host, port } = server

  it('works with a key, a password, and a key that an agent holds', async () => {
    assert.equal(await stored({ hostKey, privateKey }), 1)
    assert.equal(await stored({ hostKey, password }), 1)
    await using agent = await startAgent(privateKey)
    assert.equal(await stored({ hostKey, agent: agent.socket }), 1)
  })

  it('works with an encrypted key, and says what is wrong with its passphrase', async () => {
    await using files = await scratch()
    const file = path.join(files.folder, 'key')
    await writeFile(file, privateKey, { mode: 0o600 })
    await run('ssh-keygen', ['-q', '-p', '-N', 'a phrase', '-f', file])
    const sealed = await readFile(file, 'utf8')
    assert.equal(await stored({ hostKey, privateKey: sealed, passphrase: 'a phrase' }), 1)
    await assert.rejects(stored({ hostKey, privateKey: sealed }), failing('login-refused', false, ['private key']))
    const wrong = { hostKey, privateKey: sealed, passphrase: 'another' }
    await assert.rejects(stored(wrong), failing('login-refused', false, ['private key']))
  })

  it('tries the password where the key or the agent does not do', async () => {
    await using files = await scratch()
    const file = path.join(files.folder, 'key')
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
    assert.equal(await stored({ hostKey, password, privateKey: await readFile(file, 'utf8') }), 1)
    assert.equal(await stored({ hostKey, password, agent: path.join(files.folder, 'no-agent') }), 1)
  })

  it('is refused with a wrong password, which is not told on', async () => {
    const wrong = failing('login-refused', false, [`sftp://${server.user}@`], 'hunter2')
    await assert.rejects(stored({ hostKey, password: 'hunter2' }), wrong)
    await assert.rejects(stored({ hostKey }), failing('login-refused', false, ['no key, password or agent']))
  })

  it('takes place only on a server that is known', async () => {
    const { stdout } = await run('ssh-keyscan', ['-p', String(port), host])
    await using files = await scratch()
    const other = path.join(files.folder, 'key')
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other])
    const stranger = `[${host}]:${port} ${await readFile(`${other}.pub`, 'utf8')}`
    assert.equal(await stored({ password, knownHosts: stdout }), 1)
    await assert.rejects(stored({ password }), failing('host-key', false, [hostKey, 'nobody has confirmed']))
    await assert.rejects(stored({ password, knownHosts: stranger }), failing('host-key', false, [hostKey]))
    await assert.rejects(stored({ password, knownHosts: `@revoked ${stdout}` }), failing('host-key', false, [hostKey]))
    const pinned = { password, knownHosts: stdout, hostKey: 'SHA256:AAAA' }
    await assert.rejects(stored(pinned), failing('host-key', false, [hostKey, 'SHA256:AAAA']))
  })

  it('asks the server for the kind of key that is known of it', async () => {
    await using files = await scratch()
    const file = path.join(files.folder, 'key')
    await run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', file])
    const both = await repositories.sshd({ config: [`HostKey ${file}`] })
    const knownHosts = `[127.0.0.1]:${both.port} ${await readFile(`${file}.pub`, 'utf8')}`
    assert.equal(await stored({ privateKey: both.privateKey, knownHosts }, both), 1)
  })

  it('needs a user', () => {
    assert.throws(() => sftpBackend('nas:/srv', {}), { code: 'usage' })
    assert.equal(sftpBackend('nas:/srv', { sftp: { user: 'backup' } }).location, 'sftp:backup@nas:/srv')
  })
})

async function scratch(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-sftp-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

async function startAgent(privateKey: string): Promise<AsyncDisposable & { readonly socket: string }> {
  const { folder } = await scratch()
  const [socket, key] = [path.join(folder, 'agent'), path.join(folder, 'key')]
  await writeFile(key, privateKey, { mode: 0o600 })
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  const added = () => run('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  await added().catch(() => new Promise(resolve => setTimeout(resolve, 500)).then(added)) // it may not listen yet
  return {
    socket,
    async [Symbol.asyncDispose]() {
      agent.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
