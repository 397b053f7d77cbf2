import assert from 'node:assert/strict'
import { test } from 'node:test'
import { softAuthenticator } from '../../../lab/soft-authenticator.ts'
import { anySignal, caller, type TestPeople, testPeople } from '../../../lab/test-people.ts'
import { localManager, removeAccount } from './manage-people.ts'
import { changeOwnPassword } from './own-account.ts'
import {
  addPasskey,
  askForPasskey,
  beginPasskey,
  proveWithPasskey,
  removePasskey,
  signInWithPasskey,
} from './passkeys.ts'
import { recentlyProven } from './sessions.ts'
import { signedIn } from './sign-in.ts'

const host = 'node.plant.example'
const origin = `https://${host}:8470`
const here = { host, origin }
const relyingParty = { name: 'Test plant', hosts: [host, 'localhost'], origins: [origin, 'https://localhost:8470'] }
const password = 'five words are enough'

async function enrolled(site: TestPeople, name = 'marie') {
  await site.add(name, password, 'engineer')
  const token = await site.signIn(name, password)
  const key = softAuthenticator()
  const response = key.register(await beginPasskey(site.people, await site.who(token), host), here)
  await addPasskey(site.people, await site.who(token), { response, label: 'blue key' }, caller.from, anySignal)
  return { token, key }
}

test('a passkey alone signs in, also after a restart of the node', async () => {
  await using site = await testPeople({ relyingParty })
  const { key } = await enrolled(site)
  const again = await site.open()
  const outcome = await signInWithPasskey(again, key.assert(await askForPasskey(again, null, host), here), caller)
  assert.equal(outcome.signedIn.person.name, 'marie')
  assert.equal(outcome.signedIn.session.method, 'passkey')
  assert.deepEqual(
    outcome.signedIn.account?.passkeys.map(({ label }) => label),
    ['blue key'],
  )
})

test('an answer works once, and only to what this node asked', async () => {
  await using site = await testPeople({ relyingParty })
  const { key } = await enrolled(site)
  const answer = key.assert(await askForPasskey(site.people, null, host), here)
  await signInWithPasskey(site.people, answer, caller)
  await assert.rejects(signInWithPasskey(site.people, answer, caller), { code: 'refused', message: /answered already/ })
  await assert.rejects(signInWithPasskey(site.people, key.assert({ challenge: 'own' }, here), caller), {
    code: 'refused',
  })
  const late = key.assert(await askForPasskey(site.people, null, host), here)
  site.clock.move(301)
  await assert.rejects(signInWithPasskey(site.people, late, caller), { code: 'refused' })
})

test('an answer for another page, another name, without the person verified or with an old counter is refused', async () => {
  await using site = await testPeople({ relyingParty })
  const { key } = await enrolled(site)
  await signInWithPasskey(site.people, key.assert(await askForPasskey(site.people, null, host), here), caller)
  for (const wrong of [
    { host, origin: 'https://node.plant.example.evil.example' },
    { host, origin: 'http://node.plant.example:8470' },
    { host, origin: 'https://localhost:8470' },
    { host: 'evil.example', origin },
    { ...here, verified: false },
    { ...here, counter: 1 },
  ]) {
    const answer = key.assert(await askForPasskey(site.people, null, host), wrong)
    await assert.rejects(
      signInWithPasskey(site.people, answer, caller),
      { code: 'refused', message: /wrong/ },
      JSON.stringify(wrong),
    )
  }
})

test('a passkey that nobody registered, or of an account that was removed, is refused like any other', async () => {
  await using site = await testPeople({ relyingParty })
  await site.add('chief', password, 'administrator')
  const { key } = await enrolled(site)
  const stranger = softAuthenticator()
  const asked = await askForPasskey(site.people, null, host)
  await assert.rejects(signInWithPasskey(site.people, stranger.assert(asked, here), caller), { message: /wrong/ })
  await removeAccount(site.people, localManager('root@test'), 'marie', anySignal)
  const answer = key.assert(await askForPasskey(site.people, null, host), here)
  await assert.rejects(signInWithPasskey(site.people, answer, caller), { message: /wrong/ })
})

test('a passkey is added only right after a proof, in the session that asked, and once', async () => {
  await using site = await testPeople({ relyingParty })
  const { token, key } = await enrolled(site)
  const other = await site.signIn('marie', password)
  const second = softAuthenticator()
  const add = async (response: unknown, by: string) =>
    addPasskey(site.people, await site.who(by), { response, label: '' }, caller.from, anySignal)
  const asked = await beginPasskey(site.people, await site.who(token), host)
  await assert.rejects(add(second.register(asked, here), other), { code: 'refused' })
  const unverified = second.register(await beginPasskey(site.people, await site.who(token), host), {
    ...here,
    verified: false,
  })
  await assert.rejects(add(unverified, token), { code: 'refused' })
  const twice = key.register(await beginPasskey(site.people, await site.who(token), host), here)
  await assert.rejects(add(twice, token), { code: 'refused' })
  site.clock.move(601)
  await assert.rejects(async () => beginPasskey(site.people, await site.who(token), host), { facts: { proof: true } })
})

test('a passkey shows again who one is, for its own session only', async () => {
  await using site = await testPeople({ relyingParty })
  const { token, key } = await enrolled(site)
  const other = await site.signIn('marie', password)
  site.clock.move(3600)
  const ask = async () => key.assert(await askForPasskey(site.people, await site.who(token), host), here)
  await assert.rejects(async () => proveWithPasskey(site.people, await site.who(other), await ask(), caller.from))
  await assert.rejects(signInWithPasskey(site.people, await ask(), caller), { code: 'refused' }, 'it signs nobody in')
  await proveWithPasskey(site.people, await site.who(token), await ask(), caller.from)
  assert.equal(recentlyProven((await site.who(token)).session, 60_000, site.clock.now()), true)
  assert.equal(recentlyProven((await site.who(other)).session, 60_000, site.clock.now()), false)
})

test('with a passkey that is removed, the other sessions of the account end', async () => {
  await using site = await testPeople({ relyingParty })
  const { token, key } = await enrolled(site)
  const stolen = await signInWithPasskey(
    site.people,
    key.assert(await askForPasskey(site.people, null, host), here),
    caller,
  )
  await removePasskey(site.people, await site.who(token), key.id, caller.from, anySignal)
  assert.equal(await signedIn(site.people, stolen.token), null)
  await site.who(token)
  const answer = key.assert(await askForPasskey(site.people, null, host), here)
  await assert.rejects(signInWithPasskey(site.people, answer, caller), { code: 'refused' })
})

test('an account with a passkey only gives itself a password after a proof by it', async () => {
  await using site = await testPeople({ relyingParty })
  const { key } = await enrolled(site)
  await site.people.accounts.update(held => {
    for (const one of held.accounts) one.password = null
  }, anySignal)
  await assert.rejects(site.signIn('marie', password), { code: 'refused' })
  const { token } = await signInWithPasskey(
    site.people,
    key.assert(await askForPasskey(site.people, null, host), here),
    caller,
  )
  const next = 'a sentence of another kind'
  const change = async () =>
    changeOwnPassword(site.people, await site.who(token), { password: '', code: null, next }, caller.from, anySignal)
  site.clock.move(601)
  await assert.rejects(change(), { facts: { proof: true } })
  await proveWithPasskey(
    site.people,
    await site.who(token),
    key.assert(await askForPasskey(site.people, await site.who(token), host), here),
    caller.from,
  )
  assert.equal(await change(), 'changed')
  await site.signIn('marie', next)
  await assert.rejects(site.signIn('marie', ''), { code: 'refused' })
})

test('who asks for passkeys without end disturbs nobody who adds one', async () => {
  await using site = await testPeople({ relyingParty })
  const { token } = await enrolled(site)
  const asked = await beginPasskey(site.people, await site.who(token), host)
  for (let i = 0; i < 2_100; i += 1) await askForPasskey(site.people, null, host)
  const response = softAuthenticator().register(asked, here)
  await addPasskey(site.people, await site.who(token), { response, label: '' }, caller.from, anySignal)
})

test('an address is no name for a passkey, and the sentence says which is', async () => {
  await using site = await testPeople({ relyingParty })
  await assert.rejects(askForPasskey(site.people, null, '10.0.0.1'), { message: /node\.plant\.example/ })
})

test('what is no answer at all is wrong use, not an error of the node', async () => {
  await using site = await testPeople({ relyingParty })
  const { key } = await enrolled(site)
  const good = key.assert(await askForPasskey(site.people, null, host), here) as { response: object }
  for (const bad of [
    null,
    'x',
    {},
    [],
    { ...good, response: {} },
    { ...good, response: { ...good.response, clientDataJSON: '%%%' } },
  ]) {
    await assert.rejects(signInWithPasskey(site.people, bad, { ...caller, from: '10.9.9.9' }), { code: 'usage' })
  }
  const garbled = { ...good, response: { ...good.response, authenticatorData: 'AAAA' } }
  await assert.rejects(signInWithPasskey(site.people, garbled, caller), { code: 'refused' })
})
