import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { it } from 'node:test'
import { type Fault, startFaultProxy } from './fault-proxy.ts'
import { startHttpFaultProxy } from './http-fault-proxy.ts'

const body = randomBytes(1_000_000)
const seen: string[] = []

/** A server that answers every request with the same megabyte. */
async function startServer(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer((request, answer) => {
    seen.push(`${request.method} ${request.url}`)
    request.resume()
    request.on('end', () => answer.end(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function ask(port: number, path = '/'): Promise<{ status: number; bytes: Buffer }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(1000) })
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
}

it('passes everything where no fault is armed, and meets each fault once, in order', async () => {
  await using server = await startServer()
  await using proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port })
  const whats: readonly Fault['what'][] = ['reset', 'end', 'stall']
  assert.ok(body.equals((await ask(proxy.port)).bytes))
  proxy.arm(...whats.map(what => ({ what, on: 'received', after: 500_000 }) as const))
  for (const what of whats)
    await assert.rejects(ask(proxy.port), new RegExp(what === 'stall' ? 'timeout' : 'terminated'))
  assert.equal(proxy.armed, 0)
  assert.ok(body.equals((await ask(proxy.port)).bytes))
})

it('passes the bytes before a fault, and none after it', async () => {
  await using server = await startServer()
  await using proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port })
  proxy.arm({ what: 'end', on: 'received', after: 100_000 })
  const socket = connect(proxy.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  let received = 0
  for await (const data of socket) received += (data as Buffer).byteLength
  assert.equal(received, 100_000)
})

it('breaks what a client sends as well, and all that is open at once', async () => {
  await using server = await startServer()
  await using proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port })
  proxy.arm({ what: 'reset', on: 'sent', after: 10 })
  await assert.rejects(ask(proxy.port))
  const socket = connect(proxy.port, '127.0.0.1')
  await once(socket, 'connect')
  while (proxy.connections < 2) await new Promise(resolve => setTimeout(resolve, 5))
  proxy.cut()
  await assert.rejects(once(socket, 'close'), { code: 'ECONNRESET' })
})

it('answers requests in place of an HTTP server, before or after it did what they ask', async () => {
  await using server = await startServer()
  await using proxy = await startHttpFaultProxy({ host: '127.0.0.1', port: server.port })
  proxy.arm({ status: 500 }, { status: 503, done: true, body: 'busy', headers: { 'Retry-After': '1' } })
  seen.length = 0
  assert.equal((await ask(proxy.port, '/one')).status, 500)
  assert.deepEqual(seen, [])
  assert.deepEqual(await ask(proxy.port, '/two'), { status: 503, bytes: Buffer.from('busy') })
  assert.deepEqual(seen, ['GET /two'])
  assert.ok(body.equals((await ask(proxy.port, '/three')).bytes))
  assert.deepEqual(proxy.requests, ['GET /one', 'GET /two', 'GET /three'])
})
