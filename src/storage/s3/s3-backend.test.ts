import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import dns from 'node:dns'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, describe, it, mock } from 'node:test'
import { promisify } from 'node:util'
import { cephDomain, cephLacking } from '../../../lab/peers/ceph.ts'
import { startFaultProxy } from '../../../lab/peers/fault-proxy.ts'
import { backendContract, digestOf, written } from '../contract.ts'
import { faultContract, type NetworkPeer } from '../fault-contract.ts'
import { httpFaultContract } from '../http/http-fault-contract.ts'
import { s3Backend } from './s3-backend.ts'
import { ceph, failing, keys, onCeph, rawClient } from './test-buckets.ts'

const skip = cephLacking ?? false
const signal = AbortSignal.timeout(120_000)
after(() => ceph?.[Symbol.asyncDispose]())

if (ceph !== null) {
  const { port, tlsPort, ca } = ceph
  const peer: NetworkPeer = { port, open: async (port, access) => onCeph(port, access) }
  backendContract('s3', async () => onCeph(port))
  faultContract('s3', async () => peer)
  httpFaultContract('s3', 'PUT', async () => peer)

  namedLoopback()
  let next = 0
  backendContract('s3 (TLS, buckets as host names)', async () => {
    next += 1
    const access = { s3: { ...keys, bucketLookup: 'dns' }, tls: { ca } } as const
    return s3Backend(`https://${cephDomain}:${tlsPort}/virtual/plant-${next}`, access)
  })
}

/** No name server knows the Ceph's domain: what ends with it is this machine. */
function namedLoopback(): void {
  const real = dns.lookup
  mock.method(dns, 'lookup', (name: string, options: dns.LookupOptions, done: (...found: unknown[]) => void) => {
    if (!name.endsWith(cephDomain)) return real(name, options, done)
    const address = { address: '127.0.0.1', family: 4 }
    process.nextTick(() => (options.all === true ? done(null, [address]) : done(null, address.address, 4)))
  })
}

describe('a repository on S3', { skip }, () => {
  const { port = 0, tlsPort = 0, ca = '' } = ceph ?? {}

  it('makes a bucket that is missing, and minds none that is there', async () => {
    const bucket = `fresh-${randomBytes(4).toString('hex')}`
    const [one, other] = [onCeph(port, {}, bucket), onCeph(port, {}, bucket)]
    assert.deepEqual(await Array.fromAsync(one.list('snapshot', signal)), [])
    await assert.rejects(written(one, 'lock', Buffer.from('x')), failing('storage', false, ['no such bucket', bucket]))
    const absent = one.read('lock', digestOf(Buffer.of()), null, signal)
    await assert.rejects(absent, failing('storage', false, ['no such bucket']))
    for (const backend of [one, other, one]) await backend.create(signal)
    await written(one, 'lock', Buffer.from('x'))
    assert.deepEqual(await Array.fromAsync(other.list('lock', signal)), [])
  })

  it('is laid out as restic does', async () => {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3')
    const backend = s3Backend(`http://127.0.0.1:${port}/layout`, { s3: keys })
    await backend.create(signal)
    const { name } = await written(backend, 'pack', Buffer.from('x'))
    for (const kind of ['index', 'snapshot', 'key', 'lock'] as const) await written(backend, kind, Buffer.from('x'))
    await backend.write('config', 'config', [Buffer.from('x')], signal)
    const { Contents = [] } = await rawClient().send(new ListObjectsV2Command({ Bucket: 'layout' }))
    const files = [
      'config',
      `data/${name.slice(0, 2)}/${name}`,
      ...['index', 'keys', 'locks', 'snapshots'].map(each => `${each}/${name}`),
    ]
    assert.deepEqual(Contents.map(({ Key }) => Key).sort(), files)
  })

  it('names each of many files once, page after page', async () => {
    const backend = onCeph(port)
    const contents = Array.from({ length: 1300 }, (_, i) => Buffer.from(`file ${i}`))
    for (let at = 0; at < contents.length; at += 50) {
      await Promise.all(contents.slice(at, at + 50).map(each => written(backend, 'pack', each)))
    }
    const files = await Array.fromAsync(backend.list('pack', signal))
    assert.deepEqual(files.map(({ name }) => name).sort(), contents.map(digestOf).sort())
    for await (const _ of backend.list('pack', signal)) break // one that is left early costs nothing
  })

  it('uses its connections again', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port })
    await using backend = onCeph(proxy.port)
    await backend.create(signal)
    const { name } = await written(backend, 'pack', randomBytes(100_000))
    for (let i = 0; i < 3; i += 1) {
      await backend.stat('pack', name, signal)
      await backend.stat('pack', digestOf(Buffer.of(i)), signal)
      await backend.read('pack', name, i === 0 ? null : { offset: 5, length: 10 }, signal)
      await backend.read('pack', digestOf(Buffer.of(i)), null, signal).catch(() => undefined)
      await Array.fromAsync(backend.list('pack', signal))
      await Array.fromAsync(backend.stream('pack', name, 0, signal))
      await backend.remove('pack', digestOf(Buffer.of(i)), signal)
      await written(backend, 'lock', Buffer.of(i))
    }
    assert.equal(proxy.connections, 1)
    const reads = Array.from({ length: 40 }, () => backend.read('pack', name, null, signal))
    await Promise.all(reads)
    assert.equal(proxy.connections, backend.atOnce)
  })

  it('is told by the server what arrived otherwise than it was sent', async () => {
    const content = randomBytes(300_000)
    await using proxy = await startFlippingProxy(port, content.subarray(200_000, 200_016))
    const backend = onCeph(proxy.port)
    const broken = written(backend, 'pack', content)
    await assert.rejects(broken, failing('storage', true, ['something else arrived']))
    assert.equal(await backend.stat('pack', digestOf(content), signal), null)
  })

  it('trusts the authority that it was given, and no server without one', async () => {
    const place = `https://127.0.0.1:${tlsPort}/shared/trust`
    const trusting = s3Backend(place, { s3: keys, tls: { ca } })
    await trusting.create(signal)
    assert.equal(await trusting.stat('config', 'config', signal), null)
    const strict = s3Backend(place, { s3: keys })
    await assert.rejects(strict.stat('config', 'config', signal), failing('host-key', false, ['certificate']))
    const plain = s3Backend(`https://127.0.0.1:${port}/shared/trust`, { s3: keys, tls: { ca } })
    await assert.rejects(plain.stat('config', 'config', signal), failing('protocol', false, ['TLS']))
  })

  it('neither reads the environment and files of the AWS tools, nor keeps the process running', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'blackstart-s3-'))
    await mkdir(path.join(home, '.aws'))
    const strange =
      '[default]\nregion = nowhere\nrequest_checksum_calculation = never\nuse_dualstack_endpoint = perhaps\n'
    await writeFile(path.join(home, '.aws', 'config'), `${strange}endpoint_url = http://127.0.0.1:1\n`)
    const program = `
      import { s3Backend } from ${JSON.stringify(path.join(import.meta.dirname, 's3-backend.ts'))}
      const backend = s3Backend('http://127.0.0.1:${port}/shared/alone', { s3: ${JSON.stringify(keys)} })
      const signal = AbortSignal.timeout(20_000)
      await backend.create(signal)
      await backend.write('lock', ${JSON.stringify('ab'.repeat(32))}, [Buffer.from('x')], signal)
      console.log((await backend.stat('lock', ${JSON.stringify('ab'.repeat(32))}, signal)).bytes)`
    const env = {
      HOME: home,
      AWS_PROFILE: 'nobody',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_MAX_ATTEMPTS: 'many',
      AWS_RETRY_MODE: 'wild',
      AWS_REGION: 'nowhere',
    }
    const running = promisify(execFile)(process.execPath, ['--input-type=module', '-'], { env, timeout: 30_000 })
    running.child.stdin?.end(program) // not an argument: everybody sees those
    assert.equal((await running).stdout, '1\n')
    await rm(home, { recursive: true })
  })
})

/** Changes one bit of what goes to the server, where those bytes pass. */
async function startFlippingProxy(port: number, mark: Buffer): Promise<{ readonly port: number } & AsyncDisposable> {
  const { connect, createServer } = await import('node:net')
  const server = createServer(client => {
    const upstream = connect(port, '127.0.0.1')
    client.on('data', (data: Buffer) => {
      const at = data.indexOf(mark)
      if (at >= 0) data[at] = (data[at] ?? 0) ^ 1
      upstream.write(data)
    })
    upstream.pipe(client)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}
