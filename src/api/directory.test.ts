import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { startOidcIssuer } from '../../lab/peers/oidc-issuer.ts'
import { slapdLacks, startSlapd } from '../../lab/peers/slapd.ts'
import type { DirectorySettings } from '../node/people/directory/directory.ts'
import { setDirectory } from '../node/people/directory/set-directory.ts'
import { localManager } from '../node/people/manage-people.ts'
import { openNodeTls } from '../node/tls/node-tls.ts'
import { type Answer, password, type TestApi, testApi } from './test-api.ts'

const client = { id: 'blackstart', secret: 'a secret of the client' }
const marie = { preferred_username: 'Marie', groups: ['automation'] }
const grants = [{ role: 'engineer' as const, zones: ['cell'] }]

function directory(api: TestApi, settings: DirectorySettings | null): Promise<void> {
  return setDirectory(api.people, localManager('test'), settings, new AbortController().signal)
}

function oidc(issuer: string): DirectorySettings {
  const { id: clientId, secret: clientSecret } = client
  return { oidc: { issuer, clientId, clientSecret, grants: [{ group: 'automation', grants }] } }
}

/** What the log is told, and whoever signs in is not. */
const isTold = (line: unknown) => /^Somebody could not sign in\. The directory cannot be asked: /.test(String(line))

/** What a browser would send back. */
function cookieOf({ headers }: Answer, name: string): string {
  const found = new RegExp(`(?:^|,)(${name}=[^;]*)`).exec(headers.get('set-cookie') ?? '')?.[1]
  assert.ok(found, `no cookie ${name} in ${headers.get('set-cookie')}`)
  return found
}

test('whom the issuer vouches for is signed in, in the browser that began it', async () => {
  await using api = await testApi()
  await using issuer = await startOidcIssuer(client, marie)
  assert.deepEqual((await api.ask('/api/session')).json.ways, ['password', 'passkey'])
  assert.equal((await api.ask('/api/session/oidc')).status, 404, 'there is no such way')
  assert.equal((await api.ask('/api/session/oidc/callback?code=x')).status, 404)
  await directory(api, oidc(issuer.issuer))
  assert.deepEqual((await api.ask('/api/session')).json.ways, ['password', 'passkey', 'oidc'])

  const begun = await api.ask('/api/session/oidc')
  assert.equal(begun.status, 303, begun.text)
  assert.match(
    begun.headers.get('set-cookie') ?? '',
    /^blackstart-oidc=[\w-]{20,}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=300$/,
  )
  const state = cookieOf(begun, 'blackstart-oidc')
  const query = await issuer.visit(begun.headers.get('location') ?? '')
  const callback = `/api/session/oidc/callback?${query.replace(/^\?/, '')}`
  const stranger = cookieOf(await api.ask('/api/session/oidc'), 'blackstart-oidc')
  for (const headers of [{}, { cookie: stranger }]) {
    const refused = await api.ask(callback, { headers })
    assert.equal(refused.status, 409, refused.text)
    assert.doesNotMatch(refused.headers.get('set-cookie') ?? '', /blackstart=[\w-]/)
  }
  const back = await api.ask(callback, { headers: { cookie: state, 'sec-fetch-site': 'cross-site' } })
  assert.deepEqual([back.status, back.headers.get('location')], [303, '/'], back.text)
  const cookie = cookieOf(back, 'blackstart')
  const session = await api.ask('/api/session', { headers: { cookie } })
  assert.deepEqual([session.json.person.name, session.json.person.kind], ['marie', 'directory'])
  assert.deepEqual(session.json.person.grants, grants)
  assert.equal((await api.ask(callback, { headers: { cookie: state } })).status, 409, 'once')

  await directory(api, null)
  assert.equal((await api.ask('/api/overview', { headers: { cookie } })).status, 401, 'the way is gone')
  assert.ok(api.mistakes.every(isTold), String(api.mistakes))
})

test('an issuer that is out of reach, or lies, lets nobody in; local accounts go on', async () => {
  await using api = await testApi()
  const issuer = await startOidcIssuer(client, marie)
  await directory(api, oidc(issuer.issuer))
  const begun = await api.ask('/api/session/oidc')
  const query = await issuer.visit(begun.headers.get('location') ?? '')
  issuer.misdeeds.strangeKey = true
  const lied = await api.ask(`/api/session/oidc/callback?${query.replace(/^\?/, '')}`, {
    headers: { cookie: cookieOf(begun, 'blackstart-oidc') },
  })
  assert.equal(lied.status, 409, lied.text)
  await issuer[Symbol.asyncDispose]()
  const away = await api.ask('/api/session/oidc')
  assert.equal(away.status, 409)
  assert.match(away.json.error.message, /Local accounts go on working/)
  assert.equal((await (await api.as('viewer')).ask('/api/overview')).status, 200)
  // where it is, and what it said, is in the log alone, and there not as often as anybody likes
  const { host, port } = new URL(issuer.issuer)
  for (const { text } of [lied, away, await api.ask('/api/session/oidc')]) {
    assert.ok(!text.includes(host) && !text.includes(port), text)
    assert.match(text, /the node's log says why/)
  }
  assert.equal(api.mistakes.length, 2, String(api.mistakes))
  assert.match(String(api.mistakes[1]), new RegExp(`${host.replaceAll('.', '\\.')}.*ECONNREFUSED`))
})

test('a person whom the issuer does not vouch for is led back to where one signs in; nothing that it said comes along', async () => {
  await using api = await testApi()
  const issuer = await startOidcIssuer(client, marie)
  await directory(api, oidc(issuer.issuer))
  const visit = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }
  const begin = async () => {
    const begun = await api.ask('/api/session/oidc', { headers: visit })
    return { address: begun.headers.get('location') ?? '', cookie: cookieOf(begun, 'blackstart-oidc') }
  }
  const back = async (query: string, cookie: string) => {
    const answer = await api.ask(`/api/session/oidc/callback?${query}`, { headers: { ...visit, cookie } })
    assert.equal(answer.status, 303, answer.text)
    assert.doesNotMatch(answer.headers.get('set-cookie') ?? '', /blackstart=[\w-]/)
    return answer.headers.get('location')
  }
  const first = await begin()
  const script = encodeURIComponent('<script>alert(1)</script>')
  const state = first.cookie.split('=')[1]
  const denied = `error=access_denied&error_description=${script}&state=${state}&iss=${encodeURIComponent(issuer.issuer)}`
  assert.equal(await back(denied, first.cookie), '/?refused=oidc-denied')
  assert.equal(await back(`code=x&state=${state}`, first.cookie), '/?refused=oidc-late')
  const expectations: readonly (readonly [object, string])[] = [
    [{ groups: ['strangers'] }, 'oidc-no-role'],
    [{ preferred_username: 'viewer' }, 'oidc-local-account'],
    [{ preferred_username: '<b>x</b>' }, 'oidc-trouble'],
  ]
  for (const [claims, word] of expectations) {
    issuer.misdeeds.claims = { ...claims }
    const { address, cookie } = await begin()
    assert.equal(await back(await issuer.visit(address), cookie), `/?refused=${word}`)
  }
  await issuer[Symbol.asyncDispose]()
  const away = await api.ask('/api/session/oidc', { headers: visit })
  assert.deepEqual([away.status, away.headers.get('location')], [303, '/?refused=oidc-trouble'])
  assert.ok(
    api.mistakes.every(one => /^Somebody could not sign in\. The directory cannot be asked: /.test(String(one))),
  )
})

const ldif = `dn: dc=plant
objectClass: dcObject
objectClass: organization
o: plant
dc: plant

dn: uid=paul,dc=plant
objectClass: inetOrgPerson
uid: paul
cn: paul
sn: paul
userPassword: paul has words enough

dn: cn=automation,dc=plant
objectClass: groupOfNames
cn: automation
member: uid=paul,dc=plant
`

test('a name that is no local account is asked of the directory, where there is one', {
  skip: slapdLacks() ?? false,
}, async () => {
  await using api = await testApi()
  const key = randomBytes(32)
  const parts = { names: () => [], given: null, now: () => new Date(), random: randomBytes }
  const tls = await openNodeTls({ folder: api.site.at('tls'), site: 'x', key, ...parts }, new AbortController().signal)
  const pem = tls.tlsOptions()
  await using slapd = await startSlapd(ldif, { key: String(pem.key), cert: String(pem.cert) })
  const paul = { name: 'paul', password: 'paul has words enough' }
  const enter = (body: object) => api.ask('/api/session', { method: 'POST', body })
  assert.equal((await enter(paul)).status, 401)
  await directory(api, {
    ldap: {
      ...{ url: slapd.plain, bindAs: 'uid={name},dc=plant', groups: { base: 'dc=plant', member: 'member' } },
      grants: [{ group: 'cn=automation,dc=plant', grants }],
    },
  })
  assert.deepEqual((await api.ask('/api/session')).json.ways, ['password', 'passkey', 'ldap'])
  const signedIn = await enter(paul)
  assert.equal(signedIn.json.session?.person.kind, 'directory', signedIn.text)
  assert.equal((await enter({ ...paul, password: 'something else entirely' })).status, 401)
  assert.equal((await enter({ name: 'viewer', password })).json.session.person.kind, 'account')
  await slapd.stop()
  const away = await enter(paul)
  assert.equal(away.status, 409)
  const { host, port } = new URL(slapd.plain)
  assert.ok(!away.text.includes(host) && !away.text.includes(port), away.text)
  assert.match(String(api.mistakes.at(-1)), new RegExp(port))
  assert.equal((await enter({ name: 'viewer', password })).status, 200)
})
