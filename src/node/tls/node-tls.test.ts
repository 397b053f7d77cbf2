import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { TestClock } from '../../../lab/test-people.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { authorityPath, renewAuthority } from './certificate-authority.ts'
import { machineNames } from './machine-names.ts'
import { type NodeTls, type NodeTlsOptions, openNodeTls } from './node-tls.ts'

const run = promisify(execFile)
const signal = AbortSignal.timeout(120_000)
const names = ['node.plant.example', '10.20.30.40', 'fd00::17']
const day = 86_400

async function testTls(clock = new TestClock(new Date().toISOString())) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-tls-'))
  const options: NodeTlsOptions = {
    ...{ folder, site: 'Saint-Aubin bottling é', key: randomBytes(32), names: () => names, given: null },
    ...{ now: clock.now, random: randomBytes },
  }
  const at = (...parts: string[]) => path.join(folder, ...parts)
  return {
    ...{ folder, clock, options, at },
    open: (other: Partial<NodeTlsOptions> = {}) => openNodeTls({ ...options, ...other }, signal),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

async function served(node: NodeTls) {
  const server = https.createServer(node.tlsOptions(), (_request, response) => response.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...{ server, port },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What a client gets that knows the site's authority and nothing else. */
async function fetchAs(port: number, servername: string, ca: string): Promise<string> {
  const request = https.get({ host: '127.0.0.1', port, servername, ca, agent: false, timeout: 10_000 })
  const [response] = await once(request, 'response')
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return Buffer.concat(parts).toString()
}

function fingerprintServed(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, timeout: 10_000 }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

test('a client that knows the site’s authority reaches the node by each of its names, and another does not', async () => {
  await using site = await testTls()
  const node = await site.open()
  await using at = await served(node)
  const { certificate } = node.state.authority
  for (const name of ['node.plant.example', 'localhost'])
    assert.equal(await fetchAs(at.port, name, certificate), 'hello')
  await assert.rejects(fetchAs(at.port, 'evil.example', certificate), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  await using stranger = await testTls()
  const other = (await stranger.open()).state.authority.certificate
  await assert.rejects(fetchAs(at.port, 'node.plant.example', other))
})

test('openssl finds the chain, the names and the extensions right', async () => {
  await using site = await testTls()
  const node = await site.open()
  await using at = await served(node)
  await writeFile(site.at('ca.pem'), node.state.authority.certificate)
  const connect = (...words: string[]) =>
    run(
      'sh',
      [
        '-c',
        `openssl s_client -connect 127.0.0.1:${at.port} -CAfile ca.pem -verify_return_error -brief ${words.join(' ')} </dev/null 2>&1`,
      ],
      {
        cwd: site.folder,
        timeout: 20_000,
      },
    )
  assert.match(
    (await connect('-verify_hostname node.plant.example')).stdout,
    /Verification: OK[\s\S]*Verified peername/,
  )
  for (const address of ['10.20.30.40', 'fd00::17', '127.0.0.1']) {
    assert.match((await connect('-verify_ip', address)).stdout, /Verification: OK/, address)
  }
  await assert.rejects(connect('-verify_hostname evil.example'))
  assert.match((await connect('-tls1_2')).stdout, /TLSv1\.2/)
  await assert.rejects(connect('-tls1_1'))
  await writeFile(site.at('server.crt'), node.tlsOptions().cert as string)
  const verify = await run(
    'openssl',
    ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'ca.pem', 'server.crt'],
    { cwd: site.folder },
  )
  assert.match(verify.stdout, /OK/)
  const { stdout: authority } = await run('openssl', ['x509', '-in', 'ca.pem', '-noout', '-text'], { cwd: site.folder })
  assert.match(authority, /CA:TRUE, pathlen:0/)
  assert.match(authority, /NIST CURVE: P-256/)
  assert.match(authority, /Basic Constraints: critical/)
})

test('the certificate lives 398 days at most, the authority ten years, and both keys are out of sight', async () => {
  await using site = await testTls()
  const node = await site.open()
  const server = new X509Certificate(node.tlsOptions().cert as string)
  const life = (of: X509Certificate) => (of.validToDate.getTime() - of.validFromDate.getTime()) / 1000 / day
  assert.ok(life(server) <= 398 && life(server) > 390, `${life(server)}`)
  assert.ok(life(new X509Certificate(node.state.authority.certificate)) > 3650)
  const authority = await readFile(site.at('data/identity/authority.json'), 'utf8')
  assert.ok(!/PRIVATE/.test(authority))
  for (const file of ['data/identity/authority.json', 'data/tls/server.pem']) {
    assert.equal((await stat(site.at(file))).mode & 0o777, 0o600, file)
  }
})

test('it stays the same over a restart, is renewed 30 days before its end, and the authority with it stays', async () => {
  await using site = await testTls()
  const node = await site.open()
  const first = node.state
  assert.equal((await site.open()).state.fingerprint, first.fingerprint)
  site.clock.move(360 * day)
  assert.equal(await node.refresh(), false)
  site.clock.move(6 * day)
  await using at = await served(node)
  assert.equal(await fingerprintServed(at.port), first.fingerprint)
  assert.equal(await node.refresh(), true)
  at.server.setSecureContext(node.tlsOptions())
  assert.equal(await fingerprintServed(at.port), node.state.fingerprint)
  assert.notEqual(node.state.fingerprint, first.fingerprint)
  assert.deepEqual(node.state.authority, first.authority)
  assert.equal((await site.open()).state.fingerprint, node.state.fingerprint)
})

test('the authority is told two years before its end, and its next certificate is taken beside the one of before', async () => {
  await using site = await testTls()
  const node = await site.open()
  const before = node.state.authority
  site.clock.move(8 * 365 * day)
  assert.equal(await node.refresh(), true, 'the server certificate of eight years ago')
  assert.equal(node.state.problem, null)
  site.clock.move(60 * day)
  assert.match(node.state.problem ?? '', /authority ends .*blackstart authority renew/)

  const { identity, run: locks } = sitePaths(site.folder)
  const at = { file: authorityPath(identity), locks, key: site.options.key, random: randomBytes }
  const server = node.tlsOptions().cert
  await renewAuthority(at, site.clock.now(), signal)
  assert.equal(await node.refresh(), false, 'what it had signed is as good')
  assert.equal(node.tlsOptions().cert, server)
  assert.equal(node.state.problem, null)
  const next = node.state.authority
  assert.notEqual(next.fingerprint, before.fingerprint)
  assert.equal(new X509Certificate(next.certificate).subject, new X509Certificate(before.certificate).subject)
  assert.equal((await site.open()).state.authority.fingerprint, next.fingerprint, 'also after a restart')
  await assert.rejects(renewAuthority({ ...at, key: randomBytes(32) }, site.clock.now(), signal), { code: 'integrity' })

  await writeFile(site.at('before.pem'), before.certificate)
  await writeFile(site.at('next.pem'), next.certificate)
  await writeFile(site.at('both.pem'), before.certificate + next.certificate)
  const verify = async (trusted: string) => {
    await writeFile(site.at('server.crt'), String(node.tlsOptions().cert))
    const seconds = `${Math.floor(site.clock.now().getTime() / 1000)}`
    const words = ['-x509_strict', '-purpose', 'sslserver', '-attime', seconds, '-CAfile', trusted, 'server.crt']
    const ran = await run('openssl', ['verify', ...words], { cwd: site.folder }).catch(({ stdout, stderr }) => ({
      stdout: `${stdout}${stderr}`,
    }))
    return ran.stdout
  }
  for (const trusted of ['before.pem', 'next.pem', 'both.pem']) assert.match(await verify(trusted), /OK/, trusted)
  site.clock.move(400 * day)
  assert.equal(await node.refresh(), true)
  for (const trusted of ['before.pem', 'next.pem', 'both.pem']) assert.match(await verify(trusted), /OK/, trusted)
  site.clock.move(300 * day)
  await node.refresh()
  assert.match(await verify('before.pem'), /expired/)
  for (const trusted of ['next.pem', 'both.pem']) assert.match(await verify(trusted), /OK/, trusted)
})

test('a name that comes later gets into it, and one that goes costs no renewal', async () => {
  await using site = await testTls()
  let now: readonly string[] = names
  const node = await site.open({ names: () => now })
  const first = node.state.fingerprint
  now = names.slice(0, 2)
  assert.equal(await node.refresh(), false)
  now = [...names, '10.20.30.41']
  assert.equal(await node.refresh(), true)
  assert.match(node.state.names, /10\.20\.30\.41/)
  assert.notEqual(node.state.fingerprint, first)
})

test('a clock that falls back to 1970 makes no certificate that nobody takes, and one that runs ahead heals', async () => {
  await using site = await testTls()
  const node = await site.open()
  const first = node.state.fingerprint
  const right = site.clock.at
  site.clock.at = 0
  assert.equal(await node.refresh(), false)
  assert.equal((await site.open()).state.fingerprint, first)
  site.clock.at = right + 3 * 365 * day * 1000
  assert.equal(await node.refresh(), true)
  site.clock.at = right
  assert.equal(await node.refresh(), true)
  const { validFromDate, validToDate } = new X509Certificate(node.tlsOptions().cert as string)
  assert.ok(validFromDate.getTime() < right && right < validToDate.getTime())
})

test('where the repository is out of reach the certificate of before serves, and none is made', async () => {
  await using site = await testTls()
  await assert.rejects(site.open({ key: null }), { code: 'refused' })
  const first = (await site.open()).state.fingerprint
  site.clock.move(380 * day)
  assert.equal((await site.open({ key: null })).state.fingerprint, first)
})

test('an authority that is damaged, or sealed with another key, is told and never replaced by itself', async () => {
  await using site = await testTls()
  await site.open()
  const file = site.at('data/identity/authority.json')
  const good = await readFile(file, 'utf8')
  await rm(site.at('data/tls/server.pem'))
  await assert.rejects(site.open({ key: randomBytes(32) }), { code: 'integrity' })
  for (const bad of ['', good.slice(0, 200), good.replace('BEGIN CERTIFICATE', 'BEGIN NOTHING'), '{"format":1}']) {
    await writeFile(file, bad)
    await assert.rejects(site.open(), { code: 'integrity', message: /node\/identity/ })
  }
  await writeFile(file, good)
  await site.open()
})

test('a damaged server certificate is simply made again', async () => {
  await using site = await testTls()
  const first = (await site.open()).state
  const file = site.at('data/tls/server.pem')
  for (const bad of ['', 'garbage', (await readFile(file, 'utf8')).slice(0, 500)]) {
    await writeFile(file, bad)
    assert.notEqual((await site.open()).state.fingerprint, first.fingerprint)
  }
})

test('of two processes that open a new site at once, both have the same authority', async () => {
  await using site = await testTls()
  const both = await Promise.all([site.open(), site.open()])
  assert.equal(both[0].state.authority.fingerprint, both[1].state.authority.fingerprint)
})

/** A company's authority with an intermediate one, by openssl. */
async function company(folder: string, days = 100): Promise<{ certificate: string; key: string; root: string }> {
  const commands = `
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.crt -subj /CN=root -days 3650
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout mid.key -out mid.csr -subj /CN=mid
    printf 'basicConstraints=critical,CA:TRUE,pathlen:0\\nkeyUsage=keyCertSign\\n' >mid.ext
    openssl x509 -req -in mid.csr -CA root.crt -CAkey root.key -CAcreateserial -out mid.crt -days 1000 -extfile mid.ext
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=node.plant.example
    printf 'subjectAltName=DNS:node.plant.example\\n' >server.ext
    openssl x509 -req -in server.csr -CA mid.crt -CAkey mid.key -CAcreateserial -out server.crt -days ${days} -extfile server.ext
    cat server.crt mid.crt >chain.crt`
  await run('sh', ['-ec', commands], { cwd: folder, timeout: 60_000 })
  const [certificate, key, root] = ['chain.crt', 'server.key', 'root.crt'].map(name => path.join(folder, name))
  return { certificate: certificate!, key: key!, root: root! }
}

test('a certificate that was given serves, and is read again when its files change', async () => {
  await using site = await testTls()
  const { root, ...given } = await company(site.folder)
  const node = await site.open({ given })
  assert.equal(node.state.isGiven, true)
  await using at = await served(node)
  assert.equal(await fetchAs(at.port, 'node.plant.example', await readFile(root, 'utf8')), 'hello')
  assert.equal(await node.refresh(), false)
  const first = node.state.fingerprint
  const good = await readFile(given.certificate, 'utf8')
  await writeFile(given.certificate, 'half written')
  assert.equal(await node.refresh(), false, 'the one that runs stays')
  assert.match(node.state.problem ?? '', /chain\.crt/)
  assert.equal(await node.refresh(), false)
  assert.match(node.state.problem ?? '', /chain\.crt/, 'it is told for as long as it lasts')
  await company(site.folder)
  assert.equal(await node.refresh(), true)
  assert.equal(node.state.problem, null)
  assert.notEqual(node.state.fingerprint, first)
  assert.notEqual(await readFile(given.certificate, 'utf8'), good)
})

test('a given certificate that cannot be used is told with its reason, and the site’s own serves', async () => {
  await using site = await testTls()
  const { root, ...given } = await company(site.folder)
  const [server, mid] = await Promise.all(['server.crt', 'mid.crt'].map(name => readFile(site.at(name), 'utf8')))
  await run('openssl', ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', 'other.key'], {
    cwd: site.folder,
  })
  await run('openssl', ['ec', '-in', 'server.key', '-aes256', '-passout', 'pass:secret', '-out', 'locked.key'], {
    cwd: site.folder,
  })
  const problem = async (other: Partial<typeof given>) => {
    const { state } = await site.open({ given: { ...given, ...other } })
    assert.equal(state.isGiven, false)
    return state.problem ?? ''
  }
  assert.match(await problem({ key: site.at('other.key') }), /does not belong to the key/)
  assert.match(await problem({ key: site.at('locked.key') }), /encrypted/)
  assert.match(await problem({ certificate: site.at('none.crt') }), /no such file/)
  assert.match(await problem({ certificate: site.at('server.key') }), /no certificate/)
  await writeFile(site.at('mixed.crt'), `${server}${await readFile(root, 'utf8')}${mid}`)
  assert.match(await problem({ certificate: site.at('mixed.crt') }), /not signed by the one that follows/)
  site.clock.move(101 * day)
  assert.match(await problem({}), /is over since/)
})

test('a given certificate that ends soon is told while it serves', async () => {
  await using site = await testTls()
  const { root: _, ...given } = await company(site.folder)
  const node = await site.open({ given })
  site.clock.move(75 * day)
  assert.equal(await node.refresh(), false)
  assert.match(node.state.problem ?? '', /ends/)
})

test('the machine’s own names can be put in a certificate', async () => {
  await using site = await testTls()
  const node = await site.open({ names: machineNames })
  assert.match(node.state.names, /DNS:localhost/)
  await assert.rejects(site.open({ names: () => ['not a name'] }), { code: 'usage' })
})
