import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, it } from 'node:test'
import { startFaultProxy } from '../../../lab/peers/fault-proxy.ts'
import { makeCertificate } from '../../../lab/peers/ftp-certificate.ts'
import { type RestServer, type RestServerOptions, startRestServer } from '../../../lab/peers/rest-server.ts'
import { BlackstartError } from '../../errors.ts'
import { openStorage } from '../all.ts'
import { digestOf, written } from '../contract.ts'
import type { StorageAccess } from '../storage-access.ts'
import { restBackend } from './rest-backend.ts'

const scratch = await mkdtemp(path.join(os.tmpdir(), 'blackstart-rest-kinds-'))
after(() => rm(scratch, { recursive: true, force: true }))
const signal = AbortSignal.timeout(60_000)

async function served(options: Omit<RestServerOptions, 'folder'> = {}): Promise<RestServer> {
  return await startRestServer({ folder: await mkdtemp(path.join(scratch, 'r-')), ...options })
}

/** The error of a call, of which nothing that is shown holds the password. */
async function errorOf(call: Promise<unknown>): Promise<BlackstartError> {
  const error = await call.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof BlackstartError, String(error))
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const shown = [each.message, each.stack, JSON.stringify(each)].join(' ')
    assert.ok(!shown.includes('hunter2') && !shown.includes(btoa('node:hunter2')), shown)
  }
  return error
}

it('enters with the login of its location or the one handed in, and says when it is refused', async () => {
  await using server = await served({ login: { user: 'node', password: 'hunter2' } })
  const open = (login: string, access: StorageAccess = {}) =>
    openStorage(`rest:${server.url.replace('//', `//${login}`)}`, access)
  await using inside = await open('node:hunter2@')
  await inside.create(signal)
  assert.equal(inside.location, `rest:${server.url.replace('//', '//node@')}`)
  await written(await open('', { rest: { user: 'node', password: 'hunter2' } }), 'key', Buffer.from('key'))
  for (const wrong of [open('node:hunter3@'), open(''), open('', { rest: { user: 'node' } })]) {
    const { code, message, retry } = await errorOf((await wrong).stat('config', 'config', signal))
    assert.deepEqual({ code, retry }, { code: 'login-refused', retry: false }, message)
  }
  const error = await errorOf(inside.read('key', digestOf(Buffer.of()), null, signal))
  assert.equal(error.code, 'not-found')
})

it('trusts the CA that it is given, and no other', async () => {
  const tls = makeCertificate()
  await using server = await served({ tls })
  await using trusting = restBackend(server.url, { tls: { ca: tls.cert } })
  await trusting.create(signal)
  const { name } = await written(trusting, 'pack', Buffer.alloc(300_000, 7))
  assert.equal((await trusting.read('pack', name, null, signal)).byteLength, 300_000)
  for (const access of [{}, { tls: { ca: makeCertificate().cert } }]) {
    const error = await errorOf(restBackend(server.url, access).stat('config', 'config', signal))
    assert.deepEqual({ code: error.code, retry: error.retry }, { code: 'host-key', retry: false }, error.message)
    assert.match(error.message, /certificate.*--cacert/)
  }
  await using careless = restBackend(server.url, { tls: { insecure: true } })
  assert.equal((await careless.stat('pack', name, signal))?.bytes, 300_000)
})

it('says what is wrong where http and https are mixed up', async () => {
  await using plain = await served()
  await using secret = await served({ tls: makeCertificate() })
  const toPlain = restBackend(plain.url.replace('http:', 'https:'), {})
  assert.equal((await errorOf(toPlain.stat('config', 'config', signal))).code, 'protocol')
  const toSecret = restBackend(secret.url.replace('https:', 'http:'), {})
  const { code, retry } = await errorOf(toSecret.stat('config', 'config', signal))
  assert.ok(code === 'protocol' || code === 'connection-lost', `${code} ${retry}`)
})

it('says refused where the server is append-only, but releases locks', async () => {
  await using server = await served({ appendOnly: true })
  await using backend = restBackend(server.url, {})
  await backend.create(signal)
  const [pack, lock] = [
    await written(backend, 'pack', Buffer.from('a')),
    await written(backend, 'lock', Buffer.from('b')),
  ]
  const error = await errorOf(backend.remove('pack', pack.name, signal))
  assert.equal(error.code, 'refused')
  assert.match(error.message, new RegExp(`data/${pack.name.slice(0, 2)}/${pack.name}.*append-only`))
  await backend.remove('lock', lock.name, signal)
  assert.equal(await backend.stat('lock', lock.name, signal), null)
  assert.equal((await backend.stat('pack', pack.name, signal))?.bytes, 1)
})

it('says refused, and with which size, where another file has the name already', async () => {
  await using server = await served()
  await using backend = restBackend(server.url, {})
  await backend.create(signal)
  await backend.write('config', 'config', [Buffer.from('one')], signal)
  await backend.write('config', 'config', [Buffer.from('one')], signal)
  const error = await errorOf(backend.write('config', 'config', [Buffer.from('another')], signal))
  assert.equal(error.code, 'refused')
  assert.match(error.message, /3 bytes.*7/)
})

it('says disk-full when the quota of the server is used up, and writes nothing', async () => {
  await using server = await served({ quota: 1000 })
  await using backend = restBackend(server.url, {})
  await backend.create(signal)
  await written(backend, 'pack', Buffer.alloc(2000))
  const error = await errorOf(written(backend, 'pack', Buffer.alloc(3000)))
  assert.deepEqual({ code: error.code, retry: error.retry }, { code: 'disk-full', retry: false })
  assert.equal(await backend.stat('pack', digestOf(Buffer.alloc(3000)), signal), null)
})

it('keeps its connections, one for calls that follow one another', async () => {
  await using server = await served()
  await using proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port })
  await using backend = restBackend(`http://127.0.0.1:${proxy.port}/`, {})
  await backend.create(signal)
  const { name } = await written(backend, 'pack', Buffer.alloc(1_000_000, 3))
  for (let i = 0; i < 20; i += 1) {
    await backend.read('pack', name, i % 2 === 0 ? null : { offset: i * 1000, length: 200_000 }, signal)
    await Array.fromAsync(backend.stream('pack', name, i, signal))
    await Array.fromAsync(backend.list('pack', signal))
    await backend.stat('pack', digestOf(Buffer.of(i)), signal)
    await assert.rejects(backend.read('pack', digestOf(Buffer.of(i)), null, signal), { code: 'not-found' })
  }
  assert.equal(proxy.connections, 1)
})

it('has as many requests under way as it says, and no more', async () => {
  await using server = await served()
  let [open, most] = [0, 0]
  const pace = async () => {
    open += 1
    most = Math.max(most, open)
    await new Promise(resolve => setTimeout(resolve, 20))
    open -= 1
  }
  await using backend = restBackend(server.url, { pace })
  await backend.create(signal)
  await Promise.all(Array.from({ length: 30 }, (_, i) => written(backend, 'pack', Buffer.of(i))))
  assert.equal(most, backend.atOnce)
})

it('lets the process end, disposed of or not', async () => {
  await using server = await served()
  const code = `
    const { restBackend } = await import(${JSON.stringify(path.join(import.meta.dirname, 'rest-backend.ts'))})
    const backend = restBackend(${JSON.stringify(server.url)}, {})
    await backend.create(AbortSignal.timeout(10000))
    for await (const _ of backend.list('pack', new AbortController().signal));
    process.stdout.write('done')`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const timer = setTimeout(() => child.kill(), 20_000)
  const [status] = (await once(child, 'exit')) as [number | null]
  clearTimeout(timer)
  assert.equal(status, 0)
})

it('says protocol for servers that speak of something else', async () => {
  const bodies: Record<string, string> = { '/data/': '<html>', '/index/': '[{"name":1}]', '/keys/': '["ab"' }
  const server = createServer((request, answer) => {
    const body = bodies[request.url ?? '']
    answer
      .writeHead(body === undefined ? 302 : 200, body === undefined ? { Location: 'https://elsewhere/' } : {})
      .end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await using backend = restBackend(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {})
  for (const kind of ['pack', 'index', 'key', 'snapshot'] as const) {
    assert.equal((await errorOf(Array.fromAsync(backend.list(kind, signal)))).code, 'protocol')
  }
  assert.equal((await errorOf(backend.stat('config', 'config', signal))).code, 'protocol')
  server.close()
  server.closeAllConnections()
})

it('reads from servers that know no ranges', async () => {
  const content = Buffer.from('0123456789')
  const server = createServer((_, answer) => answer.writeHead(200, { 'Content-Length': content.length }).end(content))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await using backend = restBackend(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {})
  const name = digestOf(content)
  assert.equal(String(await backend.read('pack', name, { offset: 3, length: 4 }, signal)), '3456')
  const end = await Array.fromAsync(backend.stream('pack', name, 7, signal), piece => Buffer.from(piece))
  assert.equal(String(Buffer.concat(end)), '789')
  assert.equal((await errorOf(backend.read('pack', name, { offset: 8, length: 4 }, signal))).code, 'integrity')
  server.close()
  server.closeAllConnections()
})
