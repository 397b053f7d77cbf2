import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { type Answer, type TestApi, testApi } from './test-api.ts'

/** As a client would that never reads: `text` is what it has to say. */
async function connect(api: TestApi, { text = '', from = '127.0.0.1' } = {}) {
  const socket = net.connect({ port: Number(new URL(api.served.url).port), host: '127.0.0.1', localAddress: from })
  const state = { closed: false }
  socket.on('close', () => {
    state.closed = true
  })
  // a reset is what is waited for
  socket.on('error', () => undefined)
  socket.pause()
  await new Promise(resolve => socket.once('connect', resolve).once('close', resolve))
  socket.write(text)
  return { socket, state, [Symbol.dispose]: () => void socket.destroy() }
}

const asking = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'

test('a connection that asks on without waiting for answers is closed', async () => {
  await using api = await testApi()
  using one = await connect(api, { text: asking.repeat(50) })
  one.socket.resume()
  await api.until(() => one.state.closed)
  using two = await connect(api, { text: asking })
  two.socket.resume()
  await new Promise(resolve => two.socket.once('data', resolve))
  assert.equal(two.state.closed, false)
})

test('a client that does not read what it asked for is closed after a while', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-built-'))
  try {
    await mkdir(path.join(folder, 'built'))
    await writeFile(path.join(folder, 'index.html'), '<!doctype html>')
    // more than the buffers of the two systems take
    await writeFile(path.join(folder, 'built', 'large.js'), Buffer.alloc(24 * 1024 * 1024, 0x20))
    await using api = await testApi({ pages: folder, connections: { silence: 400 } })
    using one = await connect(api, { text: 'GET /built/large.js HTTP/1.1\r\nHost: localhost\r\n\r\n' })
    await new Promise(resolve => setTimeout(resolve, 2_500))
    // a socket that is paused hears of its end once it reads
    let read = 0
    one.socket.on('data', part => {
      read += part.length
    })
    one.socket.resume()
    await api.until(() => one.state.closed)
    assert.ok(read < 24 * 1024 * 1024, `${read} bytes came`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('one address has so many connections and no more; others are let in', async () => {
  await using api = await testApi({ connections: { ofAddress: 4 } })
  using held = new DisposableStack()
  for (let count = 0; count < 4; count += 1) held.use(await connect(api, { from: '127.0.0.9' }))
  const fifth = held.use(await connect(api, { from: '127.0.0.9' }))
  fifth.socket.resume()
  await api.until(() => fifth.state.closed)
  assert.equal((await api.ask('/healthz')).status, 200)
})

test('connections that nobody signs in over lock nobody out, and end none of those who are signed in', async () => {
  await using api = await testApi({ connections: { most: 8, ofStrangers: 5 } })
  const viewer = await api.as('viewer')
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  try {
    const [first] = await asked(api, agent, viewer.cookie)
    using held = new DisposableStack()
    const strangers: Awaited<ReturnType<typeof connect>>[] = []
    for (let count = 0; count < 20; count += 1) strangers.push(held.use(await connect(api)))
    assert.equal((await api.ask('/healthz')).status, 200, 'a new one is let in')
    const [second] = await asked(api, agent, viewer.cookie)
    assert.equal(second, first, 'the same connection goes on')
    for (const one of strangers) one.socket.resume()
    await api.until(() => strangers.filter(({ state }) => !state.closed).length <= 5)
  } finally {
    agent.destroy()
  }
})

/** The port of the connection, and the status. */
function asked(api: TestApi, agent: http.Agent, cookie: string): Promise<[number | undefined, Answer['status']]> {
  return new Promise((resolve, reject) => {
    const sent = http.get(`${api.served.url}api/session`, { agent, headers: { cookie }, timeout: 10_000 }, answer => {
      const port = answer.socket.localPort
      answer.resume().on('end', () => resolve([port, answer.statusCode ?? 0]))
    })
    sent.on('error', reject)
  })
}
