import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { startOidcIssuer } from '../../lab/peers/oidc-issuer.ts'
import { type Client, testApi } from './test-api.ts'

const client = { id: 'blackstart', secret: 'geheim-of-the-client' }
const grants = [{ group: 'automation', grants: [{ role: 'engineer', zones: ['cell'] }] }]
const oidcOf = (issuer: string) => ({
  ...{ issuer, clientId: client.id, ca: null, scope: 'openid profile' },
  ...{ nameClaim: 'preferred_username', groupsClaim: 'groups', grants },
})
const ldap = {
  ...{ url: 'ldaps://directory.plant', startTls: false, ca: null, bindAs: 'uid={name},dc=plant', base: '' },
  ...{ memberOf: 'memberOf', groups: null, grants },
}

const put = (who: Client, kind: 'ldap' | 'oidc', body: unknown) =>
  who.ask(`/api/directory/${kind}`, { method: 'PUT', body })
const remove = (who: Client, kind: string) => who.ask(`/api/directory/${kind}`, { method: 'DELETE' })

test('a directory is set by the API and works at once; its secret comes in, and never goes out', async () => {
  await using api = await testApi()
  await using issuer = await startOidcIssuer(client, { preferred_username: 'Marie', groups: ['automation'] })
  const administrator = await api.as('administrator')
  const shown = async () => (await administrator.ask('/api/directory')).json
  assert.deepEqual(await shown(), { ldap: null, oidc: null, unreadable: [] })
  const settings = oidcOf(issuer.issuer)
  const set = await put(administrator, 'oidc', { ...settings, clientSecret: client.secret })
  assert.equal(set.status, 200, set.text)
  assert.deepEqual(await shown(), { ldap: null, oidc: { ...settings, hasSecret: true }, unreadable: [] })
  assert.deepEqual((await api.ask('/api/session')).json.ways, ['password', 'passkey', 'oidc'])

  const begun = await api.ask('/api/session/oidc')
  const query = await issuer.visit(begun.headers.get('location') ?? '')
  const callback = `/api/session/oidc/callback?${query.replace(/^\?/, '')}`
  const signIn = async (at: string, cookie: string) => (await api.ask(at, { headers: { cookie } })).status
  assert.equal(await signIn(callback, (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? ''), 303)

  // each stands for itself, and the secret stays where it was
  assert.equal((await put(administrator, 'ldap', ldap)).status, 200)
  const other = await put(administrator, 'oidc', { ...settings, scope: 'openid groups' })
  assert.equal(other.status, 200, other.text)
  assert.deepEqual(await shown(), {
    ldap,
    oidc: { ...settings, scope: 'openid groups', hasSecret: true },
    unreadable: [],
  })
  const again = await api.ask('/api/session/oidc')
  const way = await issuer.visit(again.headers.get('location') ?? '')
  const back = `/api/session/oidc/callback?${way.replace(/^\?/, '')}`
  assert.equal(await signIn(back, (again.headers.get('set-cookie') ?? '').split(';')[0] ?? ''), 303, 'with that secret')

  assert.equal((await remove(administrator, 'oidc')).status, 200)
  assert.deepEqual(await shown(), { ldap, oidc: null, unreadable: [] })
  assert.equal((await remove(administrator, 'ldap')).status, 200)
  assert.deepEqual((await api.ask('/api/session')).json.ways, ['password', 'passkey'])
  const kept = await readFile(api.site.at('data', 'identity', 'accounts.json'), 'utf8')
  const journal = await readFile(api.site.at('data', 'journal.jsonl'), 'utf8')
  for (const text of [kept, journal, set.text, other.text]) assert.doesNotMatch(text, /geheim/)
  assert.match(journal, /directory-changed/)
  assert.deepEqual(api.mistakes, [])
})

test('a secret that is kept is sent to nobody else', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const settings = oidcOf('https://login.plant')
  assert.equal((await put(administrator, 'oidc', settings)).status, 400, 'there is none to keep')
  assert.equal((await put(administrator, 'oidc', { ...settings, clientSecret: 'geheim' })).status, 200)
  for (const change of [{ issuer: 'https://elsewhere.example' }, { clientId: 'other' }]) {
    const { status, json, text } = await put(administrator, 'oidc', { ...settings, ...change })
    assert.deepEqual([status, json.error.code], [400, 'usage'], text)
    assert.match(json.error.message, /Give the one of this client/)
  }
  assert.equal((await administrator.ask('/api/directory')).json.oidc.issuer, 'https://login.plant')
  assert.equal((await put(administrator, 'oidc', { ...settings, clientSecret: null })).status, 200)
  assert.equal((await administrator.ask('/api/directory')).json.oidc.hasSecret, false)
  assert.equal((await put(administrator, 'oidc', settings)).status, 200, 'none is kept')
})

test('what is stored of one directory and cannot be read is told, and is not lost by setting the other', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const settings = oidcOf('https://login.plant')
  assert.equal((await put(administrator, 'ldap', ldap)).status, 200)
  assert.equal((await put(administrator, 'oidc', { ...settings, clientSecret: client.secret })).status, 200)
  const file = api.site.at('data', 'identity', 'accounts.json')
  const stored = async () => JSON.parse(await readFile(file, 'utf8')).directory
  // as another release, or a person, may leave it
  const before = JSON.parse(await readFile(file, 'utf8'))
  before.directory.ldap.bindAs = 'of another release'
  await writeFile(file, JSON.stringify(before))
  const shown = async () => (await administrator.ask('/api/directory')).json
  assert.deepEqual(await shown(), { ldap: null, oidc: { ...settings, hasSecret: true }, unreadable: ['ldap'] })
  assert.deepEqual((await api.ask('/api/session')).json.ways, ['password', 'passkey', 'oidc'])
  const changed = { ...settings, scope: 'openid groups' }
  assert.equal((await put(administrator, 'oidc', changed)).status, 200)
  assert.deepEqual((await stored()).ldap, before.directory.ldap)
  assert.deepEqual((await stored()).oidc.clientSecret, before.directory.oidc.clientSecret)
  assert.equal((await remove(administrator, 'oidc')).status, 200)
  assert.deepEqual(await shown(), { ldap: null, oidc: null, unreadable: ['ldap'] })
  assert.equal((await put(administrator, 'ldap', ldap)).status, 200)
  assert.deepEqual(await shown(), { ldap, oidc: null, unreadable: [] })

  // a secret that cannot be read is kept by nobody
  assert.equal((await put(administrator, 'oidc', { ...settings, clientSecret: client.secret })).status, 200)
  const again = JSON.parse(await readFile(file, 'utf8'))
  again.directory.oidc.scope = 7
  await writeFile(file, JSON.stringify(again))
  assert.match((await put(administrator, 'oidc', settings)).json.error.message, /Give the one of this client/)
  assert.equal((await remove(administrator, 'oidc')).status, 200)
  assert.deepEqual(await shown(), { ldap, oidc: null, unreadable: [] })
})

test('directories are for administrators who have just shown who they are; what is wrong is refused with a sentence', async () => {
  await using api = await testApi()
  for (const role of ['viewer', 'operator', 'engineer', 'cell-operator'] as const) {
    const who = await api.as(role)
    assert.equal((await who.ask('/api/directory')).status, 403, role)
    assert.equal((await put(who, 'ldap', ldap)).status, 403, role)
    assert.equal((await remove(who, 'oidc')).status, 403, role)
  }
  const administrator = await api.as('administrator')
  for (const change of [
    { url: 'ldap://directory.plant' },
    { url: 'https://directory.plant' },
    { url: 'none' },
    { bindAs: 'uid=someone' },
    { memberOf: 'a b' },
    { grants: [{ group: 'x', grants: [] }] },
    { grants: [{ group: 'x', grants: [{ role: 'king', zones: 'all' }] }] },
    { password: 'x' },
    { ca: 7 },
  ]) {
    const { status, text } = await put(administrator, 'ldap', { ...ldap, ...change })
    assert.equal(status, 400, `${JSON.stringify(change)} ${text}`)
  }
  const settings = { ...oidcOf('http://login.plant'), clientSecret: 'geheim' }
  for (const body of [settings, { ...settings, issuer: 'https://login.plant', clientSecret: '' }, {}, []]) {
    const { status, text } = await put(administrator, 'oidc', body)
    assert.equal(status, 400, text)
    assert.doesNotMatch(text, /geheim/)
  }
  assert.deepEqual((await administrator.ask('/api/directory')).json, { ldap: null, oidc: null, unreadable: [] })
  api.clock.ahead = 11 * 60_000
  assert.equal((await put(administrator, 'ldap', ldap)).json.error.code, 'proof-needed')
  assert.equal((await remove(administrator, 'ldap')).json.error.code, 'proof-needed')
  assert.deepEqual(api.mistakes, [])
})
