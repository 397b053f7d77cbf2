import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { passwordCost, passwordHashes } from './password-hash.ts'
import { checkPassword } from './password-rules.ts'

const hashes = passwordHashes(randomBytes, { memory: 64, passes: 1, lanes: 1 })

function refusal(password: string, name = 'marie'): RegExp | string {
  try {
    checkPassword(password, name)
    return 'taken'
  } catch (error) {
    assert.ok(error instanceof Error && !error.message.includes(password), 'the password is not in the message')
    return error.message
  }
}

test('what is hashed for people costs what OWASP asks for and more, and is found right', async () => {
  const real = passwordHashes(randomBytes)
  const hash = await real.hash('la pompe du bassin')
  assert.match(hash, /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/)
  assert.ok(passwordCost.memory * passwordCost.passes >= 19_456 * 2)
  assert.deepEqual(await real.verify('la pompe du bassin', hash), { right: true, weak: false })
  assert.deepEqual(await real.verify('la pompe du bassine', hash), { right: false, weak: false })
})

test('the same password makes another hash each time', async () => {
  assert.notEqual(await hashes.hash('five words are enough'), await hashes.hash('five words are enough'))
})

test('an accent is the same however the keyboard composes it', async () => {
  const hash = await hashes.hash('été à la métairie')
  assert.equal((await hashes.verify('été à la métairie'.normalize('NFD'), hash)).right, true)
})

test('no hash at all is never right, also not for what was hashed in its place', async () => {
  for (const guess of ['', 'x', 'nobody']) assert.equal((await hashes.verify(guess, null)).right, false)
})

test('a hash of before a higher cost is right, and told as weak', async () => {
  const hash = await hashes.hash('five words are enough')
  const dearer = passwordHashes(randomBytes, { memory: 128, passes: 1, lanes: 1 })
  assert.deepEqual(await dearer.verify('five words are enough', hash), { right: true, weak: true })
})

test('a damaged hash is an error, not a wrong password, and cannot ask for all the memory', async () => {
  const hash = await hashes.hash('five words are enough')
  const greedy = hash.replace('m=64', 'm=9999999')
  for (const damaged of ['', hash.slice(0, 40), greedy, hash.replace('argon2id', 'argon2i')]) {
    await assert.rejects(hashes.verify('five words are enough', damaged), { code: 'integrity' })
  }
})

test('a flood of guesses is turned away before it fills the memory, and the next is served again', async () => {
  const all = await Promise.allSettled(Array.from({ length: 200 }, () => hashes.verify('x', null)))
  const away = all.filter(one => one.status === 'rejected')
  assert.equal(away.length, 200 - 42)
  for (const one of away) assert.equal(one.reason.retry, true)
  assert.equal((await hashes.verify('x', null)).right, false)
})

test('length counts, in characters, not what they are', () => {
  for (const good of ['five words are enough', 'xkjqmvbtzwlpfgh', 'ключ от насосной', '🔧🔩⚙️🪛🔨🧰⛏️🪚🔧🔩⚙️🪛🔨🧰'])
    assert.equal(refusal(good), 'taken', good)
  assert.match(String(refusal('fourteen chars')), /at least 15/)
  assert.match(String(refusal('é'.normalize('NFD').repeat(8))), /at least 15/, 'an accent is no character of its own')
})

test('a megabyte is no password', () => {
  assert.match(String(refusal('x y z '.repeat(180))), /1024 bytes/)
})

test('the first guesses are refused, however they are spelt', () => {
  for (const bad of [
    ...[
      'passwordpassword',
      'Password Password',
      'P-a-s-s-w-o-r-d-P-a-s-s-w-o-r-d',
      'Administrator-123',
      '123456789012345',
    ],
    ...['aaaaaaaaaaaaaaaaaaaa', 'abcabcabcabcabcabc', '121212121212121212', 'qwertyuiopasdfgh', 'azertyuiopqsdfghjklm'],
    ...[
      'correct horse battery staple',
      'motdepassemotdepasse',
      'abcdefghijklmno',
      '               ',
      '---------------',
    ],
  ]) {
    assert.notEqual(refusal(bad), 'taken', bad)
  }
})

test('the name of the account is no password', () => {
  for (const bad of ['marie-dubois-marie-dubois', 'Marie-Dubois-2026', 'mariedubois1234']) {
    assert.match(String(refusal(bad, 'marie-dubois')), /name of the account/, bad)
  }
  assert.equal(refusal('marie-dubois likes her pumps', 'marie-dubois'), 'taken')
})

test('whatever is typed is taken or refused, and what is taken is found right', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 10, maxLength: 40 }), async password => {
      if (refusal(password) !== 'taken') return
      assert.equal((await hashes.verify(password, await hashes.hash(password))).right, true)
    }),
    { numRuns: 60 },
  )
})
