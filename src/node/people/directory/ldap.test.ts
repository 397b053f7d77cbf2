import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { type Slapd, slapdLacks, startSlapd } from '../../../../lab/peers/slapd.ts'
import { anySignal, caller, type TestPeople, testPeople } from '../../../../lab/test-people.ts'
import { openNodeTls } from '../../tls/node-tls.ts'
import { localManager } from '../manage-people.ts'
import { proveAgain, signedIn, signIn } from '../sign-in.ts'
import type { DirectorySettings } from './directory.ts'
import { setDirectory } from './set-directory.ts'

const skip = slapdLacks() ?? false
const root = localManager('root@test')
const password = 'five words are enough'
const ldif = `dn: dc=plant
objectClass: dcObject
objectClass: organization
o: plant
dc: plant

dn: ou=people,dc=plant
objectClass: organizationalUnit
ou: people

${['marie', 'paul', 'zoe']
  .map(
    name => `dn: uid=${name},ou=people,dc=plant
objectClass: inetOrgPerson
uid: ${name}
cn: ${name}
sn: ${name}
userPassword: ${name} has words enough

`,
  )
  .join('')}dn: cn=automation,dc=plant
objectClass: groupOfNames
cn: automation
member: uid=marie,ou=people,dc=plant

dn: cn=everyone,dc=plant
objectClass: groupOfNames
cn: everyone
member: uid=marie,ou=people,dc=plant
member: uid=paul,ou=people,dc=plant
`

let slapd: Slapd
let folder: string
before(async () => {
  if (skip !== false) return
  folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-ldap-'))
  const tls = await openNodeTls(
    {
      folder,
      site: 'x',
      key: randomBytes(32),
      names: () => [],
      given: null,
      now: () => new Date(),
      random: randomBytes,
    },
    anySignal,
  )
  await writeFile(path.join(folder, 'ca.pem'), tls.state.authority.certificate)
  const { key, cert } = tls.tlsOptions()
  slapd = await startSlapd(ldif, { key: String(key), cert: String(cert) })
})
after(async () => {
  if (skip !== false) return
  await slapd[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

type Ldap = NonNullable<DirectorySettings['ldap']>

async function withLdap(site: TestPeople, other: Partial<Ldap> = {}) {
  const ldap: Ldap = {
    ...{ url: slapd.secure, ca: path.join(folder, 'ca.pem'), bindAs: 'uid={name},ou=people,dc=plant' },
    groups: { base: 'dc=plant', member: 'member' },
    grants: [
      { group: 'CN=Automation, DC=plant', grants: [{ role: 'engineer', zones: ['cell-a'] }] },
      { group: 'cn=everyone,dc=plant', grants: [{ role: 'viewer', zones: 'all' }] },
    ],
    ...other,
  }
  await setDirectory(site.people, root, { ldap }, anySignal)
}

function attempt(site: TestPeople, name: string, word = `${name} has words enough`, from = caller.from) {
  return signIn(site.people, { name, password: word, code: null }, { ...caller, from }, anySignal)
}

test('somebody of the directory signs in with what their groups allow, in each way that TLS begins', {
  skip,
}, async () => {
  await using site = await testPeople()
  for (const other of [{}, { url: slapd.plain, startTls: true }, { url: slapd.plain }]) {
    await withLdap(site, other)
    const outcome = await attempt(site, 'Marie', 'marie has words enough')
    assert.ok(outcome.outcome === 'signed-in')
    const { person } = await site.who(outcome.token)
    assert.deepEqual([person.kind, person.name], ['directory', 'marie'])
    assert.deepEqual(
      person.grants.map(({ role }) => role),
      ['engineer', 'viewer'],
    )
  }
})

test('a wrong password, no password, a stranger and somebody without a group are refused', { skip }, async () => {
  await using site = await testPeople()
  await withLdap(site)
  for (const [name, word] of [
    ['marie', 'wrong'],
    ['marie', ''],
    ['nobody', 'nobody has words enough'],
  ] as const) {
    await assert.rejects(attempt(site, name, word), { code: 'refused', facts: { signIn: true }, message: /wrong/ })
  }
  await assert.rejects(attempt(site, 'zoe'), { code: 'refused', message: /none of your groups/ })
})

test('a name that means something in a DN or a filter reaches no directory', { skip }, async () => {
  await using site = await testPeople()
  await withLdap(site, { groups: null })
  let address = 0
  for (const name of ['*', 'marie)(uid=*', 'marie,ou=people', 'marie\\2c', 'mar\0ie', 'paul+uid=marie', '(', 'é', '']) {
    address += 1
    await assert.rejects(attempt(site, name, 'marie has words enough', `10.1.${address}.1`), { message: /wrong/ }, name)
  }
})

test('guesses at the directory are slowed down as those at local accounts are', { skip }, async () => {
  await using site = await testPeople()
  await withLdap(site)
  for (let i = 0; i < 6; i += 1)
    await assert.rejects(attempt(site, 'marie', 'wrong', `10.2.${i}.1`), { message: /wrong/ })
  await assert.rejects(attempt(site, 'marie', undefined, '10.2.9.1'), { message: /Too many/ })
})

test('a local account of the same name is meant, and its password never reaches the directory', { skip }, async () => {
  await using site = await testPeople()
  await withLdap(site)
  await site.add('marie', password)
  await assert.rejects(attempt(site, 'marie'), { message: /wrong/ })
  const outcome = await attempt(site, 'marie', password)
  assert.ok(outcome.outcome === 'signed-in' && outcome.signedIn.person.kind === 'account')
})

test('a server whose certificate is not of the authority, or is for another name, gets no password', {
  skip,
}, async () => {
  await using site = await testPeople()
  const refused = { code: 'refused', message: /cannot be asked[\s\S]*Local accounts go on/ }
  const other = slapd.secure.replace('127.0.0.1', '127.0.0.2')
  const [, port] = /:(\d+)$/.exec(slapd.secure) ?? []
  // the same server under an address that its certificate does not name
  const relay = net.createServer(socket => {
    const out = net.connect(Number(port), '127.0.0.1')
    socket.pipe(out).pipe(socket)
    socket.on('error', () => out.destroy())
    out.on('error', () => socket.destroy())
  })
  await new Promise<void>(resolve => relay.listen(Number(port), '127.0.0.2', resolve))
  try {
    await withLdap(site, { url: other })
    await assert.rejects(attempt(site, 'marie'), refused)
    for (const startTls of [false, true]) {
      await withLdap(site, { ca: null, startTls, url: startTls ? slapd.plain : slapd.secure })
      await assert.rejects(attempt(site, 'marie'), refused)
    }
  } finally {
    relay.close()
  }
})

test('without TLS only this machine is asked', { skip }, async () => {
  await using site = await testPeople()
  await assert.rejects(withLdap(site, { url: 'ldap://10.0.0.1' }), { code: 'usage', message: /without TLS/ })
  await assert.rejects(withLdap(site, { url: 'http://10.0.0.1' }), { code: 'usage' })
  await assert.rejects(withLdap(site, { bindAs: 'uid=marie' }), { code: 'usage' })
})

test('while the directory is out of reach its people are refused with a clear sentence, and local accounts go on', {
  skip,
}, async () => {
  await using site = await testPeople()
  await site.add('chief', password, 'administrator')
  const silent = net.createServer(() => undefined)
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as net.AddressInfo
  silent.close()
  await withLdap(site, { url: `ldaps://127.0.0.1:${port}` })
  for (let i = 0; i < 12; i += 1)
    await assert.rejects(attempt(site, 'marie'), { message: /cannot be asked/ }, 'and none counts as a guess')
  assert.equal((await attempt(site, 'chief', password)).outcome, 'signed-in')
  await withLdap(site, { ca: 'no-such-file.pem' })
  await assert.rejects(attempt(site, 'marie'), { message: /no-such-file\.pem/ })
})

test('what is stored of a directory and cannot be read refuses its people only', { skip }, async () => {
  await using site = await testPeople()
  await site.add('chief', password, 'administrator')
  await withLdap(site)
  const held = JSON.parse(await readFile(site.people.accounts.file, 'utf8'))
  held.directory.ldap.url = 7
  await writeFile(site.people.accounts.file, JSON.stringify(held))
  await assert.rejects(attempt(site, 'marie'), { message: /set it up again/ })
  assert.equal((await attempt(site, 'chief', password)).outcome, 'signed-in')
})

test('a session of the directory ends with a shift, and at once when the directory is changed', { skip }, async () => {
  await using site = await testPeople()
  await withLdap(site)
  const first = await attempt(site, 'marie')
  assert.ok(first.outcome === 'signed-in')
  for (let hour = 0; hour < 11; hour += 1) {
    site.clock.move(3600)
    await site.who(first.token)
  }
  site.clock.move(3601)
  assert.equal(await signedIn(site.people, first.token), null)
  const second = await attempt(site, 'marie')
  assert.ok(second.outcome === 'signed-in')
  await setDirectory(site.people, root, null, anySignal)
  assert.equal(await signedIn(site.people, second.token), null)
})

test('somebody of the directory shows again who they are, as themselves', { skip }, async () => {
  await using site = await testPeople()
  await withLdap(site)
  const outcome = await attempt(site, 'marie')
  assert.ok(outcome.outcome === 'signed-in')
  const again = async (word: string) =>
    proveAgain(site.people, await site.who(outcome.token), { password: word, code: null }, caller.from, anySignal)
  await assert.rejects(again('paul has words enough'), { code: 'refused' })
  assert.equal(await again('marie has words enough'), 'proven')
})
