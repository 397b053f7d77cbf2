import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, mkdtempDisposable, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, it } from 'node:test'
import { promisify } from 'node:util'
import { Command } from 'commander'
import { type RestServer, startRestServer } from '../../lab/peers/rest-server.ts'
import { sshdLacking, startSshd } from '../../lab/peers/sshd.ts'
import { addLocationOptions, type LocationOptions, openLocation } from './repository-location.ts'

const scratch = await mkdtemp(path.join(os.tmpdir(), 'blackstart-location-'))
after(() => rm(scratch, { recursive: true, force: true }))

async function opened(options: LocationOptions, environment: Record<string, string> = {}): Promise<string> {
  await using backend = await openLocation(options, { environment, home: scratch })
  return backend.location
}

async function written(name: string, text: string): Promise<string> {
  const file = path.join(scratch, name)
  await writeFile(file, text)
  return file
}

it('takes the location from the option, a file, or the variables of restic, in that order', async () => {
  const file = await written('location', '/from/file\n')
  const variables = { RESTIC_REPOSITORY: '/from/variable' }
  assert.equal(await opened({ repo: '/from/option' }, variables), '/from/option')
  assert.equal(await opened({ repositoryFile: file }, variables), '/from/file')
  assert.equal(await opened({}, { ...variables, RESTIC_REPOSITORY_FILE: file }), '/from/file')
  assert.equal(await opened({}, variables), '/from/variable')
  await assert.rejects(opened({}), { code: 'usage', message: /RESTIC_REPOSITORY/ })
  await assert.rejects(opened({ repo: '/a', repositoryFile: file }), { code: 'usage' })
  await assert.rejects(opened({ repositoryFile: path.join(scratch, 'nowhere') }), { code: 'not-found' })
})

it('refuses options that it does not know, and values that they do not have', async () => {
  await assert.rejects(opened({ repo: '/a', option: ['s3.lookup=path'] }), {
    code: 'usage',
    message: /s3\.bucket-lookup/,
  })
  await assert.rejects(opened({ repo: '/a', option: ['s3.bucket-lookup=host'] }), { code: 'usage', message: /dns/ })
  await assert.rejects(opened({ repo: '/a', option: ['nonsense'] }), { code: 'usage', message: /nonsense/ })
  assert.equal(await opened({ repo: '/a', option: ['s3.bucket-lookup=path', 's3.region=eu-west-3'] }), '/a')
})

it('takes limits in KiB/s, as restic does, or in words', async () => {
  for (const limitUpload of ['0', '100', '200 kB/s']) assert.equal(await opened({ repo: '/a', limitUpload }), '/a')
  await assert.rejects(opened({ repo: '/a', limitDownload: 'slow' }), { code: 'usage', message: /KiB\/s/ })
})

it('keeps to a limit while it writes', async () => {
  const repo = path.join(scratch, 'limited')
  await using backend = await openLocation({ repo, limitUpload: '1024' }, { environment: {}, home: scratch })
  const signal = AbortSignal.timeout(20_000)
  const start = performance.now()
  await backend.write('pack', 'ab'.repeat(32), [Buffer.alloc(1024 * 1024)], signal)
  assert.ok(
    performance.now() - start > 600,
    'a mebibyte at a mebibyte per second, but for a quarter of a second saved up',
  )
})

it('asks a server again that is not there yet', async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  await new Promise(resolve => free.close(resolve))
  let late: Promise<RestServer> | null = null
  const onRetry = () => {
    late ??= startRestServer({ folder: scratch, port })
  }
  const machine = { environment: { RESTIC_REST_USERNAME: 'node', RESTIC_REST_PASSWORD: 'x' }, home: scratch }
  await using backend = await openLocation({ repo: `rest:http://127.0.0.1:${port}/` }, machine, { onRetry })
  assert.equal(backend.location, `rest:http://node@127.0.0.1:${port}/`)
  assert.equal(await backend.stat('config', 'config', AbortSignal.timeout(20_000)), null)
  assert.ok(late)
  await (await (late as Promise<RestServer>))[Symbol.asyncDispose]()
})

it('connects where the configuration of ssh says, with what it names, where the location and options say nothing else', {
  skip: sshdLacking ?? false,
}, async () => {
  await using sshd = await startSshd()
  await using home = await mkdtempDisposable(path.join(scratch, 'home-'))
  const below = (name: string) => path.join(home.path, '.ssh', name)
  await mkdir(below('keys'), { recursive: true })
  const { stdout } = await promisify(execFile)('ssh-keyscan', ['-p', String(sshd.port), '-t', 'ed25519', '127.0.0.1'])
  await writeFile(below('hosts'), stdout)
  await writeFile(below('keys/nas'), sshd.privateKey, { mode: 0o600 })
  const config = `Host nas\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}\n  IdentityFile ~/.ssh/keys/%n\n  UserKnownHostsFile ~/.ssh/hosts\n`
  await writeFile(below('config'), config)
  const open = (repo: string, option: string[] = []) =>
    openLocation({ repo, option }, { environment: {}, home: home.path })
  const signal = AbortSignal.timeout(20_000)
  await using backend = await open(`sftp:nas:${sshd.folder}/r`)
  assert.equal(backend.location, `sftp://${sshd.user}@127.0.0.1:${sshd.port}/${sshd.folder}/r`)
  assert.equal(await backend.stat('config', 'config', signal), null)
  await using other = await open(`sftp://somebody@nas:1/${sshd.folder}/r`)
  assert.equal(other.location, `sftp://somebody@127.0.0.1:1/${sshd.folder}/r`)
  await using unknown = await open(`sftp:nas:${sshd.folder}/r`, [`sftp.known-hosts=${await written('none', '')}`])
  await assert.rejects(unknown.stat('config', 'config', signal), { code: 'host-key' })
})

it('says which certificate file is missing', async () => {
  const ca = path.join(scratch, 'no-ca.pem')
  await assert.rejects(opened({ repo: '/a', cacert: ca }), { code: 'not-found', message: new RegExp(ca) })
})

it('reads the same options from a command line', async () => {
  const command = addLocationOptions(new Command('x'))
  command.parse(['--repo', '/a', '-o', 's3.region=eu-west-3', '-o', 's3.bucket-lookup=path', '--insecure-tls'], {
    from: 'user',
  })
  assert.deepEqual(command.opts<LocationOptions>(), {
    repo: '/a',
    option: ['s3.region=eu-west-3', 's3.bucket-lookup=path'],
    insecureTls: true,
  })
  assert.equal(await opened(command.opts<LocationOptions>()), '/a')
})
