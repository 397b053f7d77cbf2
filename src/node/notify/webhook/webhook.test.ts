import assert from 'node:assert/strict'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type TestContext, test } from 'node:test'
import type { ChannelTarget, Outgoing } from '../channel.ts'
import { listen, notice, testCertificate, testFolder } from '../test-rig.ts'
import { webhook } from './webhook.ts'
import { type WebhookOptions, webhookOptions } from './webhook-options.ts'

const patience = () => AbortSignal.timeout(20_000)

function targetOf(folder: string, options: object, secret = 'hook key'): ChannelTarget<WebhookOptions> {
  const parsed = webhookOptions.parse({ secret: 'hook', ...options })
  const site = { name: 'Saint-Aubin', timezone: 'Europe/Paris' }
  return { id: 'hook', options: parsed, folder, hostname: 'node-1', site, secret: () => secret }
}

const outgoing: Outgoing = {
  id: '0123456789abcdef0123456789abcdef',
  time: new Date('2026-11-23T05:00:01.900Z'),
  digest: false,
  notices: [notice({ body: '+ü <"' })],
}

interface Call {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly path: string
}

/** Answers with these statuses in turn, and keeps what it was sent. */
function answering(calls: Call[], statuses: readonly number[], location = '/'): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), path: request.url ?? '' })
      response.writeHead(statuses[Math.min(calls.length, statuses.length) - 1] ?? 200, { location }).end('thanks')
    })
  }
}

async function receiver(t: TestContext, statuses: readonly number[], location?: string) {
  const calls: Call[] = []
  const server = createServer(answering(calls, statuses, location))
  const port = await listen(server)
  t.after(() => server.close())
  return { calls, url: `http://127.0.0.1:${port}/hook?x=1` }
}

/** As a receiver checks it. */
function signedBy(key: Buffer, { headers, body }: Call): boolean {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name =>
    String(headers[name]),
  )
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  const given = Buffer.from(/^v1,(.+)$/.exec(signature ?? '')?.[1] ?? '', 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

test('notices arrive as signed JSON over TLS, with a key that tells a message that is sent twice', async t => {
  const folder = await testFolder(t)
  const calls: Call[] = []
  const server = createSecureServer(await testCertificate(folder), answering(calls, [204]))
  const port = await listen(server)
  t.after(() => server.close())
  const target = targetOf(folder, { url: `https://127.0.0.1:${port}/hook`, ca: 'ca.pem' })
  await webhook.send(target, outgoing, patience())
  await webhook.send(target, outgoing, patience())
  const [first, second] = calls
  assert.ok(first && second && calls.length === 2)
  assert.ok(signedBy(Buffer.from('hook key'), first))
  assert.ok(!signedBy(Buffer.from('another'), first))
  assert.deepEqual([first.headers['webhook-timestamp'], first.headers['idempotency-key']], ['1795410001', outgoing.id])
  assert.equal(first.headers['idempotency-key'], second.headers['idempotency-key'])
  assert.deepEqual(JSON.parse(first.body), {
    ...{ id: outgoing.id, site: 'Saint-Aubin', digest: false },
    notices: outgoing.notices,
  })
})

test('a secret that begins with whsec_ is taken as base64', async t => {
  const { calls, url } = await receiver(t, [200])
  const key = Buffer.from([0, 1, 2, 250])
  await webhook.send(targetOf('/', { url }, `whsec_${key.toString('base64')}`), outgoing, patience())
  assert.ok(signedBy(key, calls[0]!))
})

test('a receiver whose certificate nobody vouches for gets nothing', async t => {
  const folder = await testFolder(t)
  const calls: Call[] = []
  const server = createSecureServer(await testCertificate(folder), answering(calls, [200]))
  const port = await listen(server)
  t.after(() => server.close())
  const target = targetOf(folder, { url: `https://127.0.0.1:${port}/` })
  await assert.rejects(webhook.send(target, outgoing, patience()), { code: 'unreachable', message: /self-signed/ })
  assert.deepEqual(calls, [])
})

test('redirects are not followed, and only 2xx counts as taken', async t => {
  const other = await receiver(t, [200])
  for (const [status, code] of [
    [307, 'protocol'],
    [302, 'protocol'],
    [401, 'login-refused'],
    [413, 'refused'],
    [500, 'protocol'],
    [404, 'protocol'],
  ] as const) {
    const { url } = await receiver(t, [status], other.url)
    await assert.rejects(webhook.send(targetOf('/', { url }), outgoing, patience()), error => {
      assert.ok(error instanceof Error && 'code' in error)
      assert.equal(error.code, code)
      assert.match(error.message, new RegExp(`^hook: .*${status}`))
      assert.doesNotMatch(error.message, /x=1|hook key/)
      return true
    })
  }
  assert.deepEqual(other.calls, [])
})

test('an abort ends the sending at once', async t => {
  const server = createServer(() => undefined)
  const port = await listen(server)
  t.after(() => server.closeAllConnections())
  t.after(() => server.close())
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  const sending = webhook.send(targetOf('/', { url: `http://127.0.0.1:${port}/` }), outgoing, stop.signal)
  await assert.rejects(sending, { name: 'AbortError' })
})

test('addresses with credentials, in clear text over the network, or of another kind are refused', () => {
  const ok = (options: object) => webhookOptions.safeParse({ secret: 'hook', ...options }).success
  assert.deepEqual(
    ['https://a/b', 'http://localhost/', 'http://[::1]/', 'http://127.0.0.1:8080/x'].map(url => ok({ url })),
    [true, true, true, true],
  )
  assert.deepEqual(
    ['http://10.1.3.40/', 'https://user:pass@a/', 'ftp://a/', 'file:///etc/passwd', 'https://', '/x'].map(url =>
      ok({ url }),
    ),
    [false, false, false, false, false, false],
  )
  assert.ok(ok({ url: 'http://10.1.3.40/', plain: true }))
  assert.equal(webhookOptions.safeParse({ url: 'https://a/b' }).success, false)
})
