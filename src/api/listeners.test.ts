import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { stat, writeFile } from 'node:fs/promises'
import type http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { identityPurpose } from '../node/people/people.ts'
import { openNodeTls } from '../node/tls/node-tls.ts'
import { connectionLimits } from './guard/connections.ts'
import { serveNode } from './serve-node.ts'
import { socketAddress } from './socket-file.ts'
import { password, send, type TestApi, testApi } from './test-api.ts'

test('a socket that a killed node left behind is replaced; one that answers is refused; it is its owner’s alone', async () => {
  await using api = await testApi()
  const file = api.site.at('data', 'run', 'node.sock')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  await assert.rejects(socketAddress(file), /A node works on this site already/)
  const left = api.site.at('data', 'run', 'left.sock')
  await writeFile(left, '')
  assert.equal(await socketAddress(left), left)
  await assert.rejects(stat(left), /ENOENT/)
  await api.served[Symbol.asyncDispose]()
  await assert.rejects(stat(file), /ENOENT/)
})

test('nobody else is let in before there is a certificate and an account', async () => {
  await using api = await testApi()
  const options = {
    ...{
      node: api.node,
      people: api.people,
      parts: {},
      pages: api.site.at('no-pages'),
      version: '0',
      port: 0,
      names: [],
    },
    ...{
      socket: api.site.at('data', 'run', 'other.sock'),
      onMistake: (error: unknown) => assert.fail(String(error)),
      tls: null,
    },
  }
  await assert.rejects(serveNode({ ...options, host: '0.0.0.0' }), /Without a certificate/)
  await assert.rejects(
    serveNode({ ...options, host: '127.0.0.1', port: Number(new URL(api.served.url).port) }),
    /another program listens there/,
  )
  // what was opened for nothing is closed again
  await assert.rejects(send({ socketPath: options.socket, path: '/healthz' }, undefined), /ENOENT|ECONNREFUSED/)
})

test('a client that does not read is dropped, and what is kept for it has an end', async () => {
  await using api = await testApi()
  const viewer = await api.as('viewer')
  const { port } = new URL(api.served.url)
  const socket = net.connect(Number(port), '127.0.0.1')
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()).on('error', () => resolve()))
  socket.pause()
  socket.write(`GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: ${viewer.cookie}\r\n\r\n`)
  await api.until(() => api.served.events.clients === 1)
  for (let count = 0; count < 400 && api.served.events.clients > 0; count += 1) {
    api.served.events.tell({ type: 'integrity', message: 'x'.repeat(100_000) })
    await new Promise(resolve => setImmediate(resolve))
  }
  await api.until(() => api.served.events.clients === 0)
  socket.resume()
  await closed
  assert.equal((await viewer.ask('/api/session')).status, 200)
})

/** The same node over TLS, by the site's own authority. */
async function serveTls(api: TestApi, connections = connectionLimits) {
  const archive = api.node.archive({ name: 'test', from: null })
  const certificate = await openNodeTls(
    {
      ...{
        folder: api.site.folder,
        site: 'Test plant',
        key: archive.repository.deriveKey(identityPurpose),
        given: null,
      },
      ...{ names: () => ['node.plant.example'], now: () => new Date(), random: randomBytes },
    },
    new AbortController().signal,
  )
  const served = await serveNode({
    ...{ node: api.node, people: api.people, parts: {}, pages: api.site.at('no-pages'), version: '0', port: 0 },
    ...{ host: '127.0.0.1', names: ['node.plant.example'], tls: certificate, connections },
    socket: api.site.at('data', 'run', 'tls.sock'),
    onMistake: error => void api.mistakes.push(error),
  })
  const { port } = new URL(served.url)
  const ca = certificate.state.authority.certificate
  return { port: Number(port), url: served.url, ca, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() }
}

test('over TLS, by the site’s own authority, the cookie is one that no other host or plain page can set', async () => {
  await using api = await testApi()
  await using served = await serveTls(api)
  const body = JSON.stringify({ name: 'viewer', password })
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  const { ca, port } = served
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      servername: 'localhost',
      port,
      path: '/api/session',
      method: 'POST',
      headers,
      ca,
    }
    https
      .request({ ...options, agent: false, timeout: 20_000 }, resolve)
      .on('error', reject)
      .end(body)
  })
  answer.resume()
  assert.match(served.url, /^https:/)
  assert.match(
    answer.headers['set-cookie']?.[0] ?? '',
    /^__Host-blackstart=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  )
  assert.match(answer.headers['strict-transport-security'] ?? '', /max-age/)
  assert.deepEqual(api.mistakes, [])
})

/** What comes back for what is sent, until the connection is closed. */
async function said(to: number | net.Socket, ...parts: readonly string[]): Promise<string> {
  const socket = typeof to === 'number' ? net.connect(to, '127.0.0.1') : to
  let text = ''
  socket.on('data', part => {
    text += part.toString('latin1')
  })
  const over = new Promise(resolve => socket.on('error', resolve).on('close', resolve))
  for (const part of parts) {
    socket.write(part)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  await over
  return text
}

test('whoever asks a port of TLS without it is led to the same address over TLS, or told so in words', async () => {
  await using api = await testApi()
  await using served = await serveTls(api)
  const { port, ca } = served
  const visit = await said(port, 'GET /items?q=a%20b HT', `TP/1.1\r\nHost: node.plant.example:${port}\r\n\r\n`)
  assert.match(visit, /^HTTP\/1\.1 301 /)
  assert.match(visit, new RegExp(`^location: https://node\\.plant\\.example:${port}/items\\?q=a%20b\r$`, 'm'))
  assert.match(visit, /^cache-control: no-store\r$/m)
  assert.match(await said(port, 'HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^HTTP\/1\.1 301 /)
  assert.match(await said(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^location: https:\/\/localhost:80\/\r$/m)
  for (const request of [
    'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n{"name":',
    'GET / HTTP/1.0\r\n\r\n',
  ]) {
    const answer = await said(port, request)
    assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*\r\n\r\nThis port speaks TLS alone: ask with https:\/\//, request)
    assert.doesNotMatch(answer, /evil|location/i)
  }
  assert.match(await said(port, 'what is this\r\n\r\n'), /^(?:HTTP\/1\.1 400 |$)/)
  // a client whose first record comes in pieces is served as ever
  const secure = tls.connect({ socket: await throughPieces(port), ca, servername: 'localhost' })
  const closing = 'Host: localhost\r\nConnection: close\r\n\r\n'
  assert.match(await said(secure, `GET /healthz HTTP/1.1\r\n${closing}`), /^HTTP\/1\.1 200 /)
  assert.deepEqual(api.mistakes, [])
})

test('on a port of TLS a client that says nothing, or asks without it and never ends, holds no connection', async () => {
  await using api = await testApi()
  await using served = await serveTls(api, { ...connectionLimits, silence: 1_500, ofAddress: 3 })
  const { port } = served
  const held = [said(port), said(port, 'G'), said(port, 'GET / HTTP/1.1\r\n', 'Host: lo')]
  await new Promise(resolve => setTimeout(resolve, 200))
  const asking = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
  assert.equal(await said(port, asking), '', 'they are counted')
  assert.doesNotMatch((await Promise.all(held)).join(), /301/)
  assert.match(await said(port, asking), /^HTTP\/1\.1 301 /)
})

/** A connection of which every byte that is sent travels by itself at first. */
async function throughPieces(port: number): Promise<net.Socket> {
  const relay = net.createServer(near => {
    relay.close()
    const far = net.connect({ port, host: '127.0.0.1', noDelay: true })
    far.pipe(near)
    let sending = Promise.resolve()
    near.on('data', (bytes: Buffer) => {
      sending = sending.then(async () => {
        for (const byte of bytes.subarray(0, 8)) {
          far.write(Buffer.of(byte))
          await new Promise(resolve => setTimeout(resolve, 2))
        }
        far.write(bytes.subarray(8))
      })
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined).on('close', () => other.destroy())
    }
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  return net.connect((relay.address() as net.AddressInfo).port, '127.0.0.1')
}
