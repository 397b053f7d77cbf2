import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { anySignal, caller, testPeople } from '../../../lab/test-people.ts'
import { claimSite, isUnclaimed, renewFirstToken } from './first-administrator.ts'
import { addAccount, changeAccount, listAccounts, localManager, type Manager, removeAccount } from './manage-people.ts'
import { listTokens, makeToken, personOfToken, removeToken } from './service-tokens.ts'
import { signedIn } from './sign-in.ts'

const password = 'five words are enough'
const root = localManager('root@test')
const administrator = { role: 'administrator' as const, zones: 'all' as const }

test('the accounts lie where only their owner reads them, without a password', async () => {
  await using site = await testPeople()
  await site.add('marie', password)
  const { file } = site.people.accounts
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.ok(!(await readFile(file, 'utf8')).includes(password))
  assert.deepEqual(await readdir(path.dirname(file)), ['accounts.json'])
})

test('a name is taken once, whatever its case, and a strange one is refused', async () => {
  await using site = await testPeople()
  await site.add('marie', password)
  await assert.rejects(site.add('MARIE', password), { code: 'usage' })
  for (const name of ['', '../x', 'a b', '-rf', 'x'.repeat(64), '__proto__', 'mar\u202eie', 'marie\0']) {
    await assert.rejects(site.add(name, password), { code: 'usage' }, name)
  }
  assert.equal((await listAccounts(site.people)).length, 1)
})

test('the last administrator of all zones can be neither removed nor demoted', async () => {
  await using site = await testPeople()
  await site.add('chief', password, 'administrator')
  await site.add('local', password, 'administrator', ['cell-a'])
  await assert.rejects(removeAccount(site.people, root, 'chief', anySignal), { code: 'refused' })
  const lesser = [{ role: 'engineer' as const, zones: 'all' as const }]
  await assert.rejects(changeAccount(site.people, root, 'chief', { grants: lesser }, anySignal), { code: 'refused' })
  await site.add('second', password, 'administrator')
  await removeAccount(site.people, root, 'chief', anySignal)
  await assert.rejects(changeAccount(site.people, root, 'second', { grants: lesser }, anySignal), { code: 'refused' })
})

test('of two administrators who remove each other at once, one stays', async () => {
  await using site = await testPeople()
  await site.add('one', password, 'administrator')
  await site.add('two', password, 'administrator')
  const others = await site.open()
  const both = await Promise.allSettled([
    removeAccount(site.people, root, 'one', anySignal),
    removeAccount(others, root, 'two', anySignal),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('only an administrator of all zones manages people', async () => {
  await using site = await testPeople()
  await site.add('chief', password, 'administrator')
  const engineer: Manager = {
    person: { id: 'x', name: 'paul', kind: 'account', grants: [{ role: 'administrator', zones: ['cell-a'] }] },
    from: '10.0.0.1',
  }
  const made = { name: 'friend', display: '', grants: [administrator], password, temporary: false }
  await assert.rejects(addAccount(site.people, engineer, made, anySignal), { code: 'refused' })
  await assert.rejects(changeAccount(site.people, engineer, 'chief', { grants: [] }, anySignal), { code: 'refused' })
  await assert.rejects(makeToken(site.people, engineer, { name: 't', grants: [], lifetime: 1000 }, anySignal), {
    code: 'refused',
  })
})

test('a name to show that is too long is refused, not cut', async () => {
  await using site = await testPeople()
  const made = { name: 'friend', display: 'é'.repeat(101), grants: [administrator], password, temporary: false }
  await assert.rejects(addAccount(site.people, root, made, anySignal), { code: 'usage' })
  await addAccount(site.people, root, { ...made, display: ` ${'é'.repeat(100)} ` }, anySignal)
  assert.equal((await listAccounts(site.people))[0]?.display.length, 100)
})

test('the token of the first start makes one administrator, and nothing more', async () => {
  await using site = await testPeople()
  assert.equal(await isUnclaimed(site.people), true)
  const old = await renewFirstToken(site.people)
  const token = await renewFirstToken(site.people)
  assert.match(token ?? '', /^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/)
  const claim = (name: string, word: string | null) =>
    claimSite(site.people, { name, display: '', password, token: word ?? '' }, caller, anySignal)
  await assert.rejects(claim('eve', old), { code: 'refused' }, 'the one of before is void')
  await assert.rejects(claim('eve', ''), { code: 'refused' })
  await assert.rejects(
    claimSite(site.people, { name: 'a', display: '', password: 'short', token: token ?? '' }, caller, anySignal),
    { code: 'usage' },
  )
  const outcome = await claim('marie', ` ${token?.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')} `)
  assert.deepEqual((await signedIn(site.people, outcome.token))?.person.grants, [administrator])
  await assert.rejects(claim('eve', token), { code: 'refused' })
  assert.equal(await renewFirstToken(site.people), null)
  assert.ok(!(await readFile(path.join(site.folder, 'data/people.sqlite'))).includes(token ?? '?'))
})

test('of two that use the first token at once, one becomes the administrator', async () => {
  await using site = await testPeople()
  const token = (await renewFirstToken(site.people)) ?? ''
  const other = await site.open()
  const both = await Promise.allSettled([
    claimSite(site.people, { name: 'one', display: '', password, token }, caller, anySignal),
    claimSite(other, { name: 'two', display: '', password, token }, caller, anySignal),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal((await listAccounts(site.people)).length, 1)
})

test('guesses at the first token are slowed down', async () => {
  await using site = await testPeople()
  await renewFirstToken(site.people)
  const guess = () => claimSite(site.people, { name: 'eve', display: '', password, token: 'x' }, caller, anySignal)
  for (let i = 0; i < 11; i += 1) await assert.rejects(guess())
  await assert.rejects(guess(), { message: /Too many/ })
})

for (const [what, damage] of Object.entries({
  truncated: (file: string) => truncate(file, 100),
  emptied: (file: string) => truncate(file, 0),
  'of a later program': (file: string) => writeFile(file, '{"format":2}'),
  'no JSON': (file: string) => writeFile(file, 'secret \u0000 garbage'),
})) {
  test(`accounts that are ${what} are an error with a way out, never a site without accounts`, async () => {
    await using site = await testPeople()
    await site.add('marie', password, 'administrator')
    const token = await site.signIn('marie', password)
    await damage(site.people.accounts.file)
    const integrity = { code: 'integrity', message: /versions node\/identity[\s\S]*--afresh/ }
    await assert.rejects(signedIn(site.people, token), integrity)
    await assert.rejects(renewFirstToken(site.people), integrity)
    await assert.rejects(isUnclaimed(site.people), integrity)
    await assert.rejects(site.add('eve', password), integrity)
    const aside = await site.people.accounts.putAside(site.clock.now(), anySignal)
    assert.ok(aside !== null && (await stat(aside)).isFile())
    await site.add('marie', password, 'administrator')
    assert.equal(await signedIn(site.people, token), null, 'whoever had a session signs in anew')
    assert.equal(await site.people.accounts.putAside(site.clock.now(), anySignal), null, 'what is sound stays')
  })
}

test('accounts cut off at any length are never read as fewer accounts', async () => {
  await using site = await testPeople()
  await site.add('marie', password, 'administrator')
  await site.add('paul', password)
  const { file } = site.people.accounts
  const whole = await readFile(file)
  // but for its end of line
  for (let length = 0; length < whole.length - 1; length += 1) {
    await writeFile(file, whole.subarray(0, length))
    await assert.rejects(site.people.accounts.read(), { code: 'integrity' }, `${length} bytes`)
  }
})

test('accounts that cannot be reached are no damage: nothing is put aside for it', async () => {
  await using site = await testPeople()
  await mkdir(site.people.accounts.file, { recursive: true })
  await assert.rejects(site.people.accounts.read(), { code: 'storage' })
  await assert.rejects(site.people.accounts.putAside(site.clock.now(), anySignal), { code: 'storage' })
})

test('accounts that several processes add at once are all there', async () => {
  await using site = await testPeople()
  const script = `
    import { randomBytes } from 'node:crypto'
    import { openPeople } from ${JSON.stringify(path.resolve(import.meta.dirname, 'people.ts'))}
    import { addAccount, localManager } from ${JSON.stringify(path.resolve(import.meta.dirname, 'manage-people.ts'))}
    const [folder, own] = process.argv.slice(1)
    const cost = { memory: 64, passes: 1, lanes: 1 }
    using people = await openPeople({ folder, key: null, now: () => new Date(), random: randomBytes, record: async () => {}, relyingParty: null, cost })
    for (let i = 0; i < 8; i += 1) {
      const made = { name: own + i, display: '', grants: [], password: 'five words are enough', temporary: false }
      await addAccount(people, localManager('x'), made, AbortSignal.timeout(60000))
    }`
  const processes = ['a', 'b', 'c'].map(own =>
    spawn(process.execPath, ['--input-type=module', '-e', script, site.folder, own], {
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  )
  const codes = await Promise.all(processes.map(async child => (await once(child, 'exit'))[0]))
  assert.deepEqual(codes, [0, 0, 0])
  assert.equal((await listAccounts(site.people)).length, 24)
})

test('a token is shown once, stands for its grants until it is over, and is not stored', async () => {
  await using site = await testPeople()
  const grants = [{ role: 'operator' as const, zones: ['cell-a'] }]
  const token = await makeToken(site.people, root, { name: 'hook', grants, lifetime: 3_600_000 }, anySignal)
  assert.ok(!(await readFile(site.people.accounts.file, 'utf8')).includes(token))
  assert.equal((await listTokens(site.people))[0]?.used, null)
  const person = await personOfToken(site.people, token, '10.0.0.5')
  assert.deepEqual([person?.kind, person?.name, person?.grants], ['token', 'token:hook', grants])
  assert.equal((await listTokens(site.people))[0]?.used, site.clock.now().toISOString())
  assert.equal(await personOfToken(site.people, `${token}x`, '10.0.0.5'), null)
  assert.equal(await signedIn(site.people, token), null, 'it is no session')
  site.clock.move(3600)
  assert.equal(await personOfToken(site.people, token, '10.0.0.5'), null)
  site.clock.move(-3600 * 48)
  assert.equal(await personOfToken(site.people, token, '10.0.0.5'), null, 'nor with a clock set back')
})

test('a name is of an account or of a token, never of both, so that the journal tells who it was', async () => {
  await using site = await testPeople()
  await site.add('marie', password)
  const grants = [{ role: 'operator' as const, zones: ['cell-a'] }]
  const make = (name: string) => makeToken(site.people, root, { name, grants, lifetime: 3_600_000 }, anySignal)
  await assert.rejects(make('Marie'), { code: 'usage', message: /account "marie"/ })
  await make('hook')
  await assert.rejects(site.add('HOOK', password), { code: 'usage', message: /token "hook"|token "HOOK"/ })
})

test('a token that was removed by another process is refused, and none is an administrator', async () => {
  await using site = await testPeople()
  const made = { name: 'hook', grants: [{ role: 'viewer' as const, zones: 'all' as const }], lifetime: 3_600_000 }
  const token = await makeToken(site.people, root, made, anySignal)
  await assert.rejects(makeToken(site.people, root, made, anySignal), { code: 'usage' })
  await assert.rejects(makeToken(site.people, root, { ...made, name: 'b', grants: [administrator] }, anySignal), {
    code: 'usage',
  })
  await assert.rejects(makeToken(site.people, root, { ...made, name: 'c', lifetime: Number.NaN }, anySignal), {
    code: 'usage',
  })
  await removeToken(await site.open(), root, 'hook', anySignal)
  assert.equal(await personOfToken(site.people, token, '10.0.0.5'), null)
})

test('what happens to people is recorded, without anything secret', async () => {
  await using site = await testPeople()
  await site.add('marie', password, 'administrator')
  await site.signIn('marie', password)
  const made = { name: 'hook', grants: [{ role: 'viewer' as const, zones: 'all' as const }], lifetime: 3_600_000 }
  const token = await makeToken(site.people, root, made, anySignal)
  const told = site.events.map(event => (event.type === 'person' ? `${event.action} ${event.name} ${event.by}` : ''))
  assert.deepEqual(told, ['created marie root@test', 'signed-in marie marie', 'token-made hook root@test'])
  for (const secret of [password, token, '$argon2id']) assert.ok(!JSON.stringify(site.events).includes(secret))
})
