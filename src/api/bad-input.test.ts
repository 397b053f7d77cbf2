import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { localManager } from '../node/people/manage-people.ts'
import { makeToken } from '../node/people/service-tokens.ts'
import type { Access } from './guard/access.ts'
import { dispositionOf } from './guard/disposition.ts'
import { isTooMuch } from './guard/json-body.ts'
import { type Answer, captured, password, request, type TestApi, testApi } from './test-api.ts'

/** An error of the one shape, that tells nothing of the inside. */
function assertError(answer: Answer, status: number, code: string, what = ''): void {
  assert.deepEqual([answer.status, answer.json?.error?.code], [status, code], `${what} ${answer.text.slice(0, 300)}`)
  assert.ok(answer.json.error.message.length > 0)
  assert.doesNotMatch(answer.text, /\bat .*\.ts:\d|node_modules|\/src\//)
}

interface Route {
  readonly method: string
  readonly url: string
  readonly access: Access
}

/** Every route of the API, as it is declared. */
async function routes(api: TestApi): Promise<readonly Route[]> {
  const found = api.served.routes.filter(
    ({ url }) => url.startsWith('/api/') || url === '/metrics' || url === '/healthz',
  )
  assert.ok(found.length > 60, `${found.length} routes`)
  return found
}

const filled = (url: string) =>
  url
    .replace(':asset', 'plc')
    .replace(':item', 'program')
    .replace(':version', 'latest')
    .replace(':name', 'viewer')
    .replace(':process', 'filling')
    .replace(/:\w+/, 'none')

test('no route lacks what it needs; each write refuses a viewer, everything but what is open refuses who is not signed in', async () => {
  await using api = await testApi()
  await captured(api)
  const viewer = await api.as('viewer')
  for (const { method, url, access } of await routes(api)) {
    const what = `${method} ${url}`
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
    if (access.kind !== 'open') {
      assertError(await api.ask(filled(url), { method, ...body }), 401, 'signed-out', what)
      const stolen = { cookie: `blackstart=${'A'.repeat(43)}` }
      assertError(await api.ask(filled(url), { method, ...body, headers: stolen }), 401, 'signed-out', what)
    }
    // what is open, or one's own, is for everybody
    if (method === 'GET' || access.kind !== 'may') continue
    assert.notEqual(access.action, 'read', what)
    assertError(await viewer.ask(filled(url), { method, ...body }), 403, 'forbidden', what)
  }
  assert.deepEqual(api.mistakes, [])
})

test('whoever may work in one zone only neither sees nor touches another', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('cell-operator')
  const ids = async (at: string) => (await operator.ask(at)).json.rows.map((row: { id: string }) => row.id)
  assert.deepEqual(await ids('/api/items'), ['plc/program'])
  assert.deepEqual(await ids('/api/assets'), ['plc'])
  const map = (await operator.ask('/api/map')).json
  assert.deepEqual([map.zones.length, map.assets.length, map.conduits.length], [1, 1, 0])
  for (const at of [
    'items/hmi/screens',
    'assets/hmi',
    'items/hmi/screens/versions',
    'items/hmi/screens/diff',
    'items/none/none',
  ]) {
    assertError(await operator.ask(`/api/${at}`), 403, 'forbidden', at)
  }
  const capture = (items: unknown) => operator.ask('/api/captures', { method: 'POST', body: { items } })
  assert.equal((await capture(['plc'])).status, 200)
  for (const items of [['hmi'], ['plc', 'hmi/screens'], 'all', ['none']]) {
    assertError(await capture(items), 403, 'forbidden', JSON.stringify(items))
  }
  const seen = (await operator.ask('/api/captures')).json.rows.map((row: { item: string }) => row.item)
  assert.deepEqual([...new Set(seen)], ['plc/program'])
})

test('names that come from anywhere stay names: none is a path, a page or an error of ours', async () => {
  await using api = await testApi()
  await captured(api)
  const engineer = await api.as('engineer')
  const hostile = [
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '/etc/passwd',
    'a\0b',
    '\u202egpj.exe',
    'x'.repeat(4_000),
    '<script>alert(1)</script>',
    '%00',
    'c:\\windows\\win.ini',
    '\ud800',
  ]
  for (const name of hostile) {
    const encoded = encodeURIComponent(name.toWellFormed())
    for (const at of ['text?path=', 'raw?path=', 'zip?path=', 'entries?folder=']) {
      const answer = await engineer.ask(`/api/items/plc/program/versions/latest/${at}${encoded}`)
      assert.ok(answer.status === 404 || answer.status === 400, `${at}${encoded}: ${answer.text.slice(0, 200)}`)
      assert.doesNotMatch(answer.text, /root:|passwd:/)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    }
    for (const at of [
      `items/plc/${encoded}`,
      `assets/${encoded}`,
      `items/plc/program/versions/${encoded}`,
      `processes/${encoded}`,
    ]) {
      const answer = await engineer.ask(`/api/${at}`)
      assert.ok([400, 403, 404].includes(answer.status), `${at}: ${answer.status} ${answer.text.slice(0, 200)}`)
    }
    const lists = [
      `items?q=${encoded}`,
      `findings?of=${encoded}`,
      `journal?who=${encoded}`,
      `what-if?lose=${encoded}`,
      `items?cursor=${encoded}`,
    ]
    for (const at of lists) {
      const answer = await engineer.ask(`/api/${at}`)
      assert.ok([200, 400].includes(answer.status), `${at}: ${answer.status} ${answer.text.slice(0, 200)}`)
    }
  }
  assert.deepEqual(api.mistakes, [])
})

test('a folder with hostile names is listed, shown and downloaded as names', async () => {
  await using api = await testApi()
  const name = '<img src=x onerror=alert(1)>\u202egnp.\n"quoted".txt'
  await api.site.write(`plc/${name}`, 'harmless\n')
  await captured(api)
  const engineer = await api.as('engineer')
  await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc'] } })
  await api.until(async () => (await engineer.ask('/api/runs?live=true')).json.live === 0)
  const base = '/api/items/plc/program/versions/latest'
  const entries = await engineer.ask(`${base}/entries`)
  const found = entries.json.rows.find((row: { name: string }) => row.name.startsWith('<img'))
  assert.equal(found?.name, name, entries.text)
  const raw = await engineer.ask(`${base}/raw?path=${encodeURIComponent(name)}`)
  assert.deepEqual([raw.status, raw.text], [200, 'harmless\n'])
  assert.equal(raw.headers.get('content-type'), 'application/octet-stream')
  assert.equal(raw.headers.get('x-content-type-options'), 'nosniff')
  assert.match(
    raw.headers.get('content-disposition') ?? '',
    /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w.~%-]+$/,
  )
  const zip = await engineer.ask(`${base}/zip`)
  assert.match(zip.text, /^PK/)
  const operator = await api.as('operator')
  assertError(await operator.ask(`${base}/raw?path=main.st`), 403, 'forbidden')
  const { rows } = (await engineer.ask('/api/journal?what=downloaded')).json
  assert.deepEqual(
    rows.map(({ event }: { event: { path: string | null; as: string } }) => [event.path, event.as]),
    [
      [null, 'zip'],
      [name, 'file'],
    ],
    'both downloads are written down, each as what it was',
  )
  assert.match(rows[0].sentence, /^plc\/program@\S+: everything downloaded as zip\.$/)
  assert.deepEqual((await engineer.ask('/api/journal?what=restored')).json.rows, [])
})

test('requests that are too large, too deep, of a wrong type or no JSON are refused with a sentence', async () => {
  await using api = await testApi()
  const operator = await api.as('operator')
  const capture = (body: unknown, headers = {}) => operator.ask('/api/captures', { method: 'POST', body, headers })
  assertError(await capture(`{"items":"${'x'.repeat(1_100_000)}"}`), 413, 'too-large')
  assertError(await capture('['.repeat(20_000)), 400, 'invalid')
  assertError(await capture(`{"items":[${'1,'.repeat(150_000)}1]}`), 400, 'invalid')
  assertError(await capture('{"items":'), 400, 'invalid')
  assertError(await capture('{"__proto__":{"admin":true},"items":"all"}'), 400, 'invalid')
  assertError(await capture('{"constructor":{"prototype":{"admin":true}},"items":"all"}'), 400, 'invalid')
  assertError(await capture('items=all', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'not-json')
  assertError(await capture('x', { 'content-type': 'text/plain' }), 415, 'not-json')
  assertError(await capture(undefined), 400, 'invalid')
  assertError(await capture({ items: ['none/none'] }), 404, 'not-found')
  const site = await api.as('administrator')
  const text = 'x'.repeat(1_500_000)
  const checked = await site.ask('/api/site/check', { method: 'POST', body: { text } })
  assert.deepEqual([checked.status, checked.json.sound], [200, false])
  assertError(await site.ask('/api/site/check', { method: 'POST', body: { text: text + text } }), 413, 'too-large')
  assertError(await operator.ask('/api/nothing'), 404, 'no-route')
  assertError(await operator.ask('/api/captures', { method: 'PUT', body: {} }), 404, 'no-route')
  for (const body of [
    null,
    3,
    'x',
    [],
    {},
    { items: 3 },
    { items: [] },
    { items: [{}] },
    { items: 'all', ignoreQuiet: 'yes' },
  ]) {
    assertError(await capture(JSON.stringify(body)), 400, 'invalid', JSON.stringify(body))
  }
  assert.deepEqual(api.mistakes, [])
})

test('a forged origin, a word that is missing, another host and an old cookie open nothing', async () => {
  await using api = await testApi()
  const operator = await api.as('operator')
  const body = { items: ['plc'] }
  const post = (headers: Record<string, string>) => operator.ask('/api/captures', { method: 'POST', body, headers })
  const { host } = new URL(api.served.url)
  assertError(await post({ origin: 'https://evil.example' }), 403, 'forged')
  assertError(await post({ origin: 'null' }), 403, 'forged')
  assertError(await post({ origin: `https://${host}` }), 403, 'forged')
  assertError(await post({ 'sec-fetch-site': 'cross-site' }), 403, 'forged')
  assertError(await post({ 'sec-fetch-site': 'same-site' }), 403, 'forged')
  assertError(await post({ 'x-csrf-token': '' }), 403, 'forged')
  assertError(await post({ 'x-csrf-token': (await api.as('viewer')).csrf }), 403, 'forged')
  assert.equal((await post({ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).status, 200)
  const signIn = { method: 'POST', body: { name: 'viewer', password } }
  assertError(await api.ask('/api/session', { ...signIn, headers: { origin: 'https://evil.example' } }), 403, 'forged')
  for (const name of ['evil.example', 'localhost.evil.example', '169.254.169.254', 'a b', `${'x'.repeat(300)}:1`]) {
    assertError(await operator.ask('/api/overview', { headers: { host: name } }), 421, 'wrong-host', name)
  }
  assert.equal((await operator.ask('/api/overview', { headers: { host: 'node.plant.example:8470' } })).status, 200)
  await operator.ask('/api/session', { method: 'DELETE' })
  assertError(await operator.ask('/api/overview'), 401, 'signed-out')
})

test('a page that was left open writes to no device and changes no account before somebody shows who they are', async () => {
  await using api = await testApi()
  await captured(api)
  const administrator = await api.as('administrator')
  api.clock.ahead = 11 * 60_000
  const restore = () =>
    administrator.ask('/api/restores', {
      method: 'POST',
      body: { item: 'plc/program', version: 'latest', confirm: 'plc/program' },
    })
  assertError(await restore(), 403, 'proof-needed')
  assertError(await administrator.ask('/api/people/viewer', { method: 'DELETE' }), 403, 'proof-needed')
  const wrong = await administrator.ask('/api/session/proof', {
    method: 'POST',
    body: { password: 'not the passphrase' },
  })
  assertError(wrong, 401, 'sign-in-refused')
  const proven = await administrator.ask('/api/session/proof', { method: 'POST', body: { password } })
  assert.equal(proven.json.outcome, 'proven')
  assert.equal((await restore()).json.state, 'writing')
  api.clock.ahead = 8 * 24 * 3_600_000
  assertError(await administrator.ask('/api/overview'), 401, 'signed-out')
  const token = await makeToken(
    api.people,
    localManager('test'),
    { name: 'script', grants: [{ role: 'engineer', zones: 'all' }], lifetime: 3_600_000 },
    new AbortController().signal,
  )
  const bearer = { authorization: `Bearer ${token}` }
  assert.equal((await api.ask('/api/items', { headers: bearer })).status, 200)
  const body = { item: 'plc/program', version: 'latest', confirm: 'plc/program' }
  assertError(await api.ask('/api/restores', { method: 'POST', body, headers: bearer }), 403, 'forbidden')
  assertError(await api.ask('/api/items', { headers: { authorization: 'Bearer blackstart_none' } }), 401, 'signed-out')
})

test('a mistake of the program itself is told without its words, and logged with them', async () => {
  const parts = {
    notifications: () => {
      throw new Error('the words of a mistake, in /some/src/file.ts')
    },
  }
  await using api = await testApi({ parts })
  const viewer = await api.as('viewer')
  const answer = await viewer.ask('/api/notifications')
  assertError(answer, 500, 'internal')
  assert.doesNotMatch(answer.text, /words of a mistake/)
  assert.match(String(api.mistakes[0]), /words of a mistake/)
})

test('who guesses a password is slowed down, and told nothing', async () => {
  await using api = await testApi()
  const guess = (name: string, word: string) =>
    api.ask('/api/session', { method: 'POST', body: { name, password: word } })
  const wrong = await guess('viewer', 'wrong password of some length')
  const unknown = await guess('nobody', 'wrong password of some length')
  assertError(wrong, 401, 'sign-in-refused')
  assert.equal(wrong.text, unknown.text)
  for (let count = 0; count < 6; count += 1) await guess('viewer', `wrong password number ${count}`)
  const locked = await guess('viewer', password)
  assertError(locked, 429, 'locked-out')
  assert.ok(Number(locked.headers.get('retry-after')) > 0)
})

test('every answer carries the headers that keep a browser in bounds; the cookie is for this host alone', async () => {
  await using api = await testApi()
  const answer = await request(api.served.url, '/api/session', { method: 'POST', body: { name: 'viewer', password } })
  assert.match(answer.headers.get('set-cookie') ?? '', /^blackstart=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  for (const at of ['/', '/items/plc/program', '/api/session', '/api/nothing', '/healthz']) {
    const { headers } = await api.ask(at)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /frame-ancestors 'none'/, at)
    assert.match(policy, /base-uri 'none'/, at)
    assert.doesNotMatch(policy, /unsafe/, at)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', at)
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', at)
  }
  const page = await api.ask('/items/plc/program')
  assert.match(page.text, /npm run build/)
  assert.equal((await api.ask('/../../etc/passwd')).status, 404)
  assert.equal((await api.ask('/built/none.js')).status, 404)
})

test('a connection that says nothing useful is closed, and the others go on', async () => {
  await using api = await testApi()
  const { port } = new URL(api.served.url)
  for (const text of [
    '\0\0\0\0\r\n\r\n',
    `GET /api/session HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
    'GET / HTTP/9\r\n\r\n',
  ]) {
    const socket = net.connect(Number(port), '127.0.0.1')
    const closed = new Promise<string>((resolve, reject) => {
      let seen = ''
      socket
        .on('data', part => (seen += part))
        .on('close', () => resolve(seen))
        .on('error', reject)
      socket.setTimeout(10_000, () => reject(new Error('still open')))
    })
    socket.write(text)
    assert.match(await closed, /^HTTP\/1.1 4\d\d/)
  }
  assert.equal((await api.ask('/healthz')).status, 200)
})

test('a name for a download holds no path, no quote and no end of line, whatever it was', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 5_000 }), fc.constant('x'.repeat(4_000))), name => {
      const header = dispositionOf(name)
      assert.match(header, /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w.~%-]+$/)
      const [, plain = '', extended = ''] = /filename="(.*)"; filename\*=UTF-8''(.*)$/.exec(header) ?? []
      assert.doesNotMatch(plain, /["\\/]/)
      assert.doesNotMatch(decodeURIComponent(extended), /[/\\\p{C}]/u)
      assert.ok(Buffer.byteLength(decodeURIComponent(extended)) <= 200)
    }),
  )
})

test('depth and count of JSON are told without parsing it, also where brackets stand in texts', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), value => {
      assert.equal(isTooMuch(JSON.stringify(value)), false)
    }),
  )
  assert.equal(isTooMuch(JSON.stringify('['.repeat(1_000))), false)
  assert.equal(isTooMuch(JSON.stringify(`\\"${'{'.repeat(1_000)}`)), false)
  assert.equal(isTooMuch(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`), true)
})

test('a client that is gone before its request has come is no mistake of the node, whoever it is', async () => {
  await using api = await testApi()
  const { hostname, port, host } = new URL(api.served.url)
  const head = `POST /api/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`
  for (let count = 0; count < 3; count += 1) {
    const socket = net.connect(Number(port), hostname)
    await once(socket, 'connect')
    const sent = Promise.withResolvers<void>()
    socket.write(head, () => sent.resolve())
    await sent.promise
    // once it has begun to be read
    await api.ask('/healthz')
    socket.destroy()
    await once(socket, 'close')
  }
  await api.ask('/healthz')
  await sleep(200)
  assert.deepEqual(api.mistakes, [])
})
