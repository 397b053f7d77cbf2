import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeAccount, localManager } from '../node/people/manage-people.ts'
import { makeToken, removeToken } from '../node/people/service-tokens.ts'
import { captured, password, testApi } from './test-api.ts'

test('live state comes as events, goes on after a break, and ends when the node stops', async () => {
  const api = await testApi()
  try {
    await captured(api)
    const viewer = await api.as('viewer')
    const stop = new AbortController()
    const response = await fetch(`${api.served.url}api/events`, {
      headers: { cookie: viewer.cookie },
      signal: stop.signal,
    })
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    const read = async (wanted: RegExp) => {
      while (!wanted.test(seen)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`ended without ${wanted}: ${seen}`)
        seen += value
      }
    }
    await read(/event: reset\n/)
    const operator = await api.as('operator')
    await operator.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })
    await read(/event: run\ndata: .*"state":"ended"/)
    const last = [...seen.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? ''
    stop.abort()
    await operator.ask('/api/captures', { method: 'POST', body: { items: ['hmi/screens'] } })
    await api.until(async () => (await operator.ask('/api/runs?live=true')).json.live === 0)
    const again = await fetch(`${api.served.url}api/events`, {
      headers: { cookie: viewer.cookie, 'last-event-id': last },
      signal: AbortSignal.timeout(15_000),
    })
    const ended = again.text()
    await api[Symbol.asyncDispose]()
    const rest = await ended
    assert.doesNotMatch(rest, /event: reset/)
    assert.match(rest, /hmi\/screens/)
    assert.match(rest, /event: stopping/)
  } finally {
    await api[Symbol.asyncDispose]()
  }
})

test('a stream where nothing happens shows that it lives, and a session that is over hears nothing more', async () => {
  await using api = await testApi({ heartbeat: 50 })
  const viewer = await api.as('viewer')
  const response = await fetch(`${api.served.url}api/events`, {
    headers: { cookie: viewer.cookie },
    signal: AbortSignal.timeout(15_000),
  })
  let seen = ''
  let signedOut = false
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    seen += part
    if (!/(?:event: ping\ndata: \{\}\n\n){2}/.test(seen)) continue
    if (!signedOut) await viewer.ask('/api/session', { method: 'DELETE' })
    signedOut = true
  }
  assert.ok(signedOut, seen)
  assert.doesNotMatch(seen, /id: \S+\nevent: ping/)
})

test('whoever listens hears nothing more once their token is gone or their grants are others; listening is no use of a session', async () => {
  await using api = await testApi({ heartbeat: 50 })
  const by = localManager('test')
  const { signal } = new AbortController()
  const grants = [{ role: 'viewer' as const, zones: ['cell'] }]
  const made = { name: 'script', grants, lifetime: 3_600_000 }
  const token = await makeToken(api.people, by, made, signal)
  const listen = async (headers: Record<string, string>) => {
    const response = await fetch(`${api.served.url}api/events`, { headers, signal: AbortSignal.timeout(15_000) })
    assert.equal(response.status, 200)
    return response.text()
  }
  const { cookie } = await api.as('viewer')
  const session = cookie.split('=')[1] ?? ''
  const [script, over, viewer] = [
    listen({ authorization: `Bearer ${token}` }),
    makeToken(api.people, by, { ...made, name: 'short' }, signal).then(short =>
      listen({ authorization: `Bearer ${short}` }),
    ),
    listen({ cookie }),
  ]
  await api.until(() => api.served.events.clients === 3)
  const seen = api.people.sessions.look(session)?.seen
  api.clock.ahead += 600_000
  await new Promise(resolve => setTimeout(resolve, 300))
  assert.equal(api.people.sessions.look(session)?.seen, seen, 'it was not used')
  await removeToken(api.people, by, 'script', signal)
  assert.match(await script, /event: ping/)
  assert.equal(api.served.events.clients, 2)
  await changeAccount(api.people, by, 'viewer', { grants: [{ role: 'administrator', zones: 'all' }] }, signal)
  await viewer
  api.clock.ahead += 3_600_000
  await over
})

test('whoever manages people hears of an account that another process makes, and nobody else does', async () => {
  await using api = await testApi()
  const [administrator, engineer] = [await api.as('administrator'), await api.as('engineer')]
  const listen = async ({ cookie }: { cookie: string }) => {
    const { body } = await fetch(`${api.served.url}api/events`, {
      headers: { cookie },
      signal: AbortSignal.timeout(15_000),
    })
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
    return async (until: RegExp) => {
      for (let seen = ''; ; ) {
        if (until.test(seen)) return seen
        seen += (await reader.read()).value
      }
    }
  }
  const [hears, other] = [await listen(administrator), await listen(engineer)]
  const added = await api.site.run(['people', 'add', 'zoe', '--role', 'viewer'], `${password}\n`)
  assert.equal(added.code, 0, added.err)
  await hears(/event: people\n/)
  const { rows } = (await administrator.ask('/api/people')).json
  assert.ok(rows.some(({ name }: { name: string }) => name === 'zoe'))
  const run = (await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })).json.rows[0]
    .id
  const seen = await other(new RegExp(`"id":"${run}"`))
  assert.match(seen, /"what":"person"/)
  assert.doesNotMatch(seen, /event: people/)
})
