import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { type OidcIssuer, startOidcIssuer } from '../../../../lab/peers/oidc-issuer.ts'
import { anySignal, caller, type TestPeople, testPeople } from '../../../../lab/test-people.ts'
import { openNodeTls } from '../../tls/node-tls.ts'
import { localManager } from '../manage-people.ts'
import type { DirectorySettings } from './directory.ts'
import { beginOidc, finishOidc } from './oidc-sign-in.ts'
import { setDirectory } from './set-directory.ts'

const root = localManager('root@test')
const client = { id: 'blackstart', secret: 'a secret + with: signs' }
const redirect = 'https://node.plant.example:8470/api/oidc'
const marie = { preferred_username: 'Marie', groups: ['automation', 'choir'] }

async function withOidc(site: TestPeople, { issuer }: OidcIssuer, other: object = {}) {
  const oidc: NonNullable<DirectorySettings['oidc']> = {
    ...{ issuer, clientId: client.id, clientSecret: client.secret },
    grants: [{ group: 'automation', grants: [{ role: 'engineer', zones: ['cell-a'] }] }],
    ...other,
  }
  await setDirectory(site.people, root, { oidc }, anySignal)
}

/** The whole way, as a browser goes it. */
async function through(site: TestPeople, issuer: OidcIssuer) {
  const { address, state } = await beginOidc(site.people, redirect)
  return finishOidc(site.people, { query: await issuer.visit(address), state }, caller)
}

test('whom the issuer vouches for has what their groups allow', async () => {
  await using site = await testPeople()
  await using issuer = await startOidcIssuer(client, marie)
  await withOidc(site, issuer)
  const { token } = await through(site, issuer)
  const { person, session } = await site.who(token)
  assert.deepEqual([person.kind, person.name, session.method], ['directory', 'marie', 'oidc'])
  assert.deepEqual(person.grants, [{ role: 'engineer', zones: ['cell-a'] }])
  assert.ok(!(await readFile(site.people.accounts.file, 'utf8')).includes(client.secret), 'the secret is sealed')
})

test('a client without a secret is protected by PKCE alone, and an issuer of the site’s own authority is known by its file', async () => {
  await using site = await testPeople()
  const node = {
    site: 'x',
    key: randomBytes(32),
    names: () => [],
    given: null,
    now: () => new Date(),
    random: randomBytes,
  }
  const tls = await openNodeTls({ folder: site.folder, ...node }, anySignal)
  await writeFile(path.join(site.folder, 'issuer.pem'), tls.state.authority.certificate)
  const { key, cert } = tls.tlsOptions()
  await using issuer = await startOidcIssuer({ id: client.id, secret: null }, marie, {
    key: String(key),
    cert: String(cert),
  })
  await withOidc(site, issuer, { clientSecret: null, ca: 'issuer.pem' })
  assert.equal((await through(site, issuer)).signedIn.person.name, 'marie')
  await withOidc(site, issuer, { clientSecret: null })
  await assert.rejects(through(site, issuer), { code: 'refused', message: /cannot be asked/ })
})

test('an answer counts once, in the browser that asked, in time', async () => {
  await using site = await testPeople()
  await using issuer = await startOidcIssuer(client, marie)
  await withOidc(site, issuer)
  const { address, state } = await beginOidc(site.people, redirect)
  const query = await issuer.visit(address)
  const other = await beginOidc(site.people, redirect)
  await assert.rejects(
    finishOidc(site.people, { query, state: other.state }, caller),
    { code: 'refused' },
    'of another browser',
  )
  await assert.rejects(finishOidc(site.people, { query, state: '' }, caller), { code: 'refused' }, 'of none')
  await finishOidc(site.people, { query, state }, caller)
  await assert.rejects(finishOidc(site.people, { query, state }, caller), {
    code: 'refused',
    message: /another browser/,
  })
  const late = await beginOidc(site.people, redirect)
  const answer = await issuer.visit(late.address)
  site.clock.move(301)
  await assert.rejects(finishOidc(site.people, { query: answer, state: late.state }, caller), { code: 'refused' })
})

for (const [what, misdeed] of Object.entries({
  'signed with a key that the issuer does not publish': { strangeKey: true },
  'not signed': { unsigned: true },
  'of another issuer': { claims: { iss: 'https://evil.example' } },
  'for another client': { claims: { aud: 'other' } },
  'with another nonce': { claims: { nonce: 'other' } },
  'that is over': { claims: { exp: Math.floor(Date.now() / 1000) - 3600, iat: Math.floor(Date.now() / 1000) - 7200 } },
  'without a name': { claims: { preferred_username: null } },
  'with a name that no account could have': { claims: { preferred_username: '../<b>marie' } },
})) {
  test(`an ID token ${what} signs nobody in`, async () => {
    await using site = await testPeople()
    await using issuer = await startOidcIssuer(client, marie)
    await withOidc(site, issuer)
    await through(site, issuer)
    Object.assign(issuer.misdeeds, misdeed)
    await assert.rejects(through(site, issuer), { code: 'refused', message: /Local accounts go on/ })
  })
}

test('somebody without a group, or with the name of a local account, is refused', async () => {
  await using site = await testPeople()
  await using issuer = await startOidcIssuer(client, marie)
  await withOidc(site, issuer)
  Object.assign(issuer.misdeeds, { claims: { groups: 'choir' } })
  await assert.rejects(through(site, issuer), { message: /none of your groups/ })
  Object.assign(issuer.misdeeds, { claims: {} })
  await site.add('marie', 'five words are enough')
  await assert.rejects(through(site, issuer), { message: /local account "Marie"/ })
})

test('a client that the issuer does not know is told in its words', async () => {
  await using site = await testPeople()
  await using issuer = await startOidcIssuer(client, marie)
  await withOidc(site, issuer, { clientSecret: 'of before' })
  await assert.rejects(through(site, issuer), { code: 'refused', message: /invalid_client/ })
})

test('an issuer that is out of reach, or over plain HTTP elsewhere, is told and nothing else is harmed', async () => {
  await using site = await testPeople()
  const issuer = await startOidcIssuer(client, marie)
  await withOidc(site, issuer)
  await issuer[Symbol.asyncDispose]()
  await assert.rejects(beginOidc(site.people, redirect), {
    code: 'refused',
    message: /cannot be asked[\s\S]*Local accounts go on/,
  })
  await assert.rejects(
    setDirectory(site.people, root, { oidc: { issuer: 'http://sso.example', clientId: 'x', grants: [] } }, anySignal),
    {
      code: 'usage',
    },
  )
  await site.add('chief', 'five words are enough', 'administrator')
  await site.signIn('chief', 'five words are enough')
})

test('an issuer that says without end is not listened to, whatever its authority is', async () => {
  await using site = await testPeople()
  await using issuer = await startOidcIssuer(client, marie)
  await withOidc(site, issuer)
  await through(site, issuer)
  Object.assign(issuer.misdeeds, { padding: 3_000_000 })
  await assert.rejects(beginOidc(site.people, redirect), { code: 'refused', message: /Local accounts go on/ })
})

test('a pipe, a device or a folder in the place of an authority’s file is not waited for', async () => {
  await using site = await testPeople()
  assert.equal(spawnSync('mkfifo', [path.join(site.folder, 'pipe.pem')]).status, 0)
  await using issuer = await startOidcIssuer(client, marie)
  for (const ca of ['pipe.pem', '/dev/zero', '.']) {
    await withOidc(site, issuer, { ca })
    await assert.rejects(beginOidc(site.people, redirect), { code: 'refused', message: /authority cannot be read/ })
  }
})

test('a password in the address of a directory is not taken: addresses are shown and journalled', async () => {
  await using site = await testPeople()
  const given: readonly DirectorySettings[] = [
    { oidc: { issuer: 'https://me:geheim@sso.example', clientId: 'x', grants: [] } },
    { ldap: { url: 'ldaps://me:geheim@directory.plant', bindAs: '{name}@plant', grants: [] } },
  ]
  for (const settings of given) {
    await assert.rejects(setDirectory(site.people, root, settings, anySignal), {
      code: 'usage',
      message: /^The address of [a-z.]+ holds a name or a password: leave them out of it\.$/,
    })
  }
  assert.doesNotMatch(JSON.stringify(site.events), /geheim/)
})
