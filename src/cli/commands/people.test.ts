import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { siteAt, testSite } from '../../../lab/test-site.ts'
import { openPeople } from '../../node/people/people.ts'
import { signedIn, signInWithPassword } from '../../node/people/sign-in.ts'

const password = 'five words are enough'
const other = 'a sentence of another kind'
const items = [{ id: 'plc/program', path: './plc' }]
const caller = { from: '10.0.0.1', agent: '' }
const signal = AbortSignal.timeout(120_000)

function openNode(folder: string) {
  const record = () => Promise.resolve()
  return openPeople({ folder, key: null, now: () => new Date(), random: randomBytes, relyingParty: null, record })
}

test('a running node sees at once what the command line changes', async () => {
  await using site = await testSite(items)
  using node = await openNode(site.folder)
  const signIn = (word: string) =>
    signInWithPassword(node, { name: 'marie', password: word, code: null }, caller, signal)
  await assert.rejects(signIn(password), { code: 'refused' })
  const added = await site.run(['people', 'add', 'marie', '--role', 'engineer', '--zone', 'cell'], `${password}\n`)
  assert.equal(added.code, 0, added.err)
  assert.match(added.out, /engineer in cell/)
  const outcome = await signIn(password)
  assert.ok(outcome.outcome === 'signed-in')
  assert.equal((await site.run(['people', 'password', 'marie'], `${other}\n`)).code, 0)
  assert.equal(await signedIn(node, outcome.token), null)
  await signIn(other)
  assert.equal((await site.run(['people', 'role', 'marie', '--role', 'viewer'])).code, 0)
  const { accounts } = await site.json(['people', 'list'])
  assert.deepEqual([accounts.length, accounts[0].grants], [1, [{ role: 'viewer', zones: 'all' }]])
  assert.equal((await site.run(['people', 'remove', 'marie'])).code, 0)
  await assert.rejects(signIn(other), { code: 'refused' })
  const journal = await readFile(site.at('data/journal.jsonl'), 'utf8')
  for (const action of ['created', 'password-changed', 'changed', 'removed'])
    assert.match(journal, new RegExp(`"${action}"`))
  for (const secret of [password, other]) assert.ok(!(journal + added.out + added.err).includes(secret))
})

test('a lock ends by the command line, and a wrong use is told', async () => {
  await using site = await testSite(items)
  await site.run(['people', 'add', 'marie', '--role', 'administrator'], password)
  using node = await openNode(site.folder)
  for (let i = 0; i < 7; i += 1) {
    const from = `10.0.1.${i}`
    await assert.rejects(
      signInWithPassword(node, { name: 'marie', password: 'x', code: null }, { ...caller, from }, signal),
    )
  }
  assert.ok((await site.json(['people', 'list'])).accounts[0].lockedFor > 0)
  assert.equal((await site.run(['people', 'unlock', 'marie', '--remove-code'])).code, 0)
  await signInWithPassword(node, { name: 'marie', password, code: null }, { ...caller, from: '10.0.2.1' }, signal)
  for (const [words, code] of [
    [['people', 'unlock', 'paul'], 1],
    [['people', 'add', 'paul', '--role', 'boss'], 2],
    [['people', 'add', 'paul', '--role', 'viewer', '--zone', 'nowhere'], 2],
    [['people', 'add', 'paul', '--role', 'viewer'], 2],
    [['people', 'remove', 'marie'], 4],
  ] as const) {
    const ran = await site.run(words, 'short')
    assert.equal(ran.code, code, `${words.join(' ')}: ${ran.err}`)
  }
})

test('a token is printed alone, once', async () => {
  await using site = await testSite(items)
  const made = await site.run(['people', 'token', 'make', 'hook', '--role', 'operator', '--days', '30'])
  assert.match(made.out, /^blackstart_[\w-]{43}\n$/)
  const { tokens } = await site.json(['people', 'token', 'list'])
  assert.equal(tokens[0].name, 'hook')
  assert.ok(!JSON.stringify(tokens).includes(made.out.trim()))
  assert.equal((await site.run(['people', 'token', 'remove', 'hook'])).code, 0)
  assert.equal((await site.run(['people', 'token', 'make', 'x', '--role', 'viewer', '--days', '-1'])).code, 2)
})

test('somebody locked out gets in with damaged accounts, a broken journal, no repository and no valid site.yaml', async () => {
  await using site = await testSite(items)
  await site.run(['people', 'add', 'marie', '--role', 'administrator'], password)
  await writeFile(site.at('data/identity/accounts.json'), '{"format":1,"acc')
  await writeFile(site.at('data/journal.jsonl'), 'nonsense\n')
  await rename(site.at('data/repository'), site.at('data/elsewhere'))
  await writeFile(site.at('site.yaml'), 'site: [')
  const plain = await site.run(['people', 'add', 'paul', '--role', 'administrator'], password)
  assert.equal(plain.code, 5)
  assert.match(plain.err, /--afresh/)
  const added = await site.run(['people', 'add', 'paul', '--role', 'administrator', '--afresh'], password)
  assert.equal(added.code, 3, 'the journal could not be written, and that is told')
  assert.match(added.err, /not in the journal/)
  using node = await openNode(site.folder)
  await signInWithPassword(node, { name: 'paul', password, code: null }, caller, signal)
})

test('accounts are captured, and come back with the node from the repository alone', async () => {
  await using site = await testSite(items)
  await site.write('plc/x.st', 'x')
  await site.run(['people', 'add', 'marie', '--role', 'administrator'], password)
  await site.json(['capture'])
  assert.ok((await site.json(['versions', 'node/identity'])).versions.length >= 1)
  const parent = await mkdtemp(path.join(os.tmpdir(), 'blackstart-rebuilt-'))
  try {
    const fresh = siteAt(path.join(parent, 'site'))
    await fresh.write('data/readme', '')
    await rename(site.at('data/repository'), fresh.at('data/repository'))
    const key = site.at('data/keys/repository.key')
    const rebuilt = await fresh.run([
      'catalog',
      'rebuild',
      '--repo',
      fresh.at('data/repository'),
      '--password-file',
      key,
    ])
    assert.equal(rebuilt.code, 0, rebuilt.err)
    assert.match(rebuilt.out, /identity/)
    assert.equal((await stat(fresh.at('data/identity'))).mode & 0o777, 0o700)
    assert.equal((await stat(fresh.at('data/identity/accounts.json'))).mode & 0o777, 0o600)
    using node = await openNode(fresh.folder)
    await signInWithPassword(node, { name: 'marie', password, code: null }, caller, signal)
  } finally {
    await rm(parent, { recursive: true })
  }
})

test('a directory is set by a file, its secret apart and sealed, and removed again', async () => {
  await using site = await testSite(items)
  const grants = '[{ group: automation, grants: [{ role: engineer, zones: all }] }]'
  const oidc = (more: string) =>
    `oidc: { issuer: https://sso.plant.example, clientId: blackstart, ${more}grants: ${grants} }\n`
  await site.write('directory.yaml', oidc(''))
  const file = site.at('directory.yaml')
  const done = await site.run(['people', 'directory', 'set', file, '--client-secret'], 'a secret of the client\n')
  assert.equal(done.code, 0, done.err)
  assert.ok(!(await readFile(site.at('data/identity/accounts.json'), 'utf8')).includes('a secret of'))
  const { directory } = await site.json(['people', 'directory', 'show'])
  assert.deepEqual(
    [directory.oidc.issuer, directory.oidc.hasSecret, directory.ldap],
    ['https://sso.plant.example', true, null],
  )
  for (const bad of [
    oidc('').replace('https', 'http'),
    'oidc: 7',
    'x',
    oidc('').replace('engineer', 'boss'),
    `oidc:\n  clientSecret: x\n`,
  ]) {
    await site.write('directory.yaml', bad)
    assert.equal((await site.run(['people', 'directory', 'set', file])).code, 2, bad)
  }
  assert.equal((await site.run(['people', 'directory', 'remove'])).code, 0)
  assert.equal((await site.json(['people', 'directory', 'show'])).directory, null)
})

test('a folder that is no site gets no accounts', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-none-'))
  try {
    assert.equal((await siteAt(folder).run(['people', 'list'])).code, 2)
    await assert.rejects(stat(path.join(folder, 'data')), { code: 'ENOENT' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
