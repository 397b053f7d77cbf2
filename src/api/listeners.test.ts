import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { stat, writeFile } from 'node:fs/promises'
import type http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { test } from 'node:test'
import { identityPurpose } from '../node/people/people.ts'
import { openNodeTls } from '../node/tls/node-tls.ts'
import { serveNode } from './serve-node.ts'
import { socketAddress } from './socket-file.ts'
import { password, send, testApi } from './test-api.ts'

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

test('over TLS, by the site’s own authority, the cookie is one that no other host or plain page can set', async () => {
  await using api = await testApi()
  const archive = api.node.archive({ name: 'test', from: null })
  const tls = await openNodeTls(
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
  await using served = await serveNode({
    ...{ node: api.node, people: api.people, parts: {}, pages: api.site.at('no-pages'), version: '0', port: 0 },
    ...{ host: '127.0.0.1', names: [], tls, socket: api.site.at('data', 'run', 'tls.sock') },
    onMistake: error => void api.mistakes.push(error),
  })
  const body = JSON.stringify({ name: 'viewer', password })
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  const ca = tls.state.authority.certificate
  const { port } = new URL(served.url)
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
