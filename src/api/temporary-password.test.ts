import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeAccount, localManager } from '../node/people/manage-people.ts'
import { type Asked, request, type TestApi, testApi } from './test-api.ts'

const given = 'chosen by the administrator'
const own = 'only I know these five words'

async function enter(api: TestApi, name: string, password: string) {
  const body = { name, password }
  const { json, headers } = await request(api.served.url, '/api/session', { method: 'POST', body })
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const ask = (path: string, asked: Asked = {}) =>
    api.ask(path, { ...asked, headers: { cookie, 'x-csrf-token': json.session.csrf } })
  return { ask, session: json.session }
}

test('with a password that somebody else chose nothing is done but to change it, to sign out and to see who one is', async () => {
  await using api = await testApi()
  const signal = AbortSignal.timeout(20_000)
  await changeAccount(
    api.people,
    localManager('test'),
    'engineer',
    { password: { text: given, temporary: true } },
    signal,
  )
  const { ask, session } = await enter(api, 'engineer', given)
  assert.equal(session.person.mustChangePassword, true)
  const shown = (await ask('/api/session')).json.person
  assert.deepEqual([shown.name, shown.mustChangePassword], ['engineer', true])
  const allowed = ['DELETE /api/session', 'PUT /api/account/password']
  let refused = 0
  for (const { method, url, access } of api.served.routes) {
    if (access.kind === 'open' || allowed.includes(`${method} ${url}`)) continue
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
    const answer = await ask(url.replaceAll(/:\w+/g, 'plc'), { method, ...body })
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'password-change-needed'], `${method} ${url}`)
    refused += 1
  }
  assert.ok(refused > 50, String(refused))
  const change = { method: 'PUT', body: { old: given, new: own } }
  assert.deepEqual((await ask('/api/account/password', change)).json, { outcome: 'changed' })
  assert.equal((await ask('/api/session')).json.person, null, 'its sessions have ended')
  const after = await enter(api, 'engineer', own)
  assert.equal(after.session.person.mustChangePassword, false)
  assert.equal((await after.ask('/api/items')).status, 200)
})

test('whoever does not want to change it signs out; the same password again is no change', async () => {
  await using api = await testApi()
  const signal = AbortSignal.timeout(20_000)
  await changeAccount(
    api.people,
    localManager('test'),
    'viewer',
    { password: { text: given, temporary: true } },
    signal,
  )
  const { ask } = await enter(api, 'viewer', given)
  const same = await ask('/api/account/password', { method: 'PUT', body: { old: given, new: given } })
  assert.equal(same.status, 400)
  assert.equal((await ask('/api/items')).json.error.code, 'password-change-needed')
  assert.equal((await ask('/api/session', { method: 'DELETE' })).status, 200)
  assert.equal((await ask('/api/items')).json.error.code, 'signed-out')
})
