import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { noSmallDisk, smallDisk } from '../../../lab/small-disk.ts'
import { anySignal, caller, cheap, testPeople } from '../../../lab/test-people.ts'
import type { JournalEvent } from '../../archive/journal-event.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { BlackstartError } from '../../errors.ts'
import { longestDelay } from './attempts.ts'
import { changeAccount, localManager, removeAccount } from './manage-people.ts'
import { beginCode, changeOwnPassword, confirmCode, endSessions, ownSessions, removeOwnCode } from './own-account.ts'
import { type People, tellLate } from './people.ts'
import { csrfOf, isCsrfOf } from './session-tokens.ts'
import { recentlyProven } from './sessions.ts'
import { proveAgain, signedIn, signInWithPassword, signOut } from './sign-in.ts'
import { codeAt, stepAt } from './totp.ts'

const right = 'five words are enough'
const other = 'a sentence of another kind'
const root = localManager('root@test')

function guess(people: People, name: string, password: string, from = caller.from, code: string | null = null) {
  return signInWithPassword(people, { name, password, code }, { from, agent: '' }, anySignal)
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was allowed',
    (error: Error) => error.message,
  )
}

test('whoever knows the password has a session, under whatever case the name was typed', async () => {
  await using site = await testPeople()
  await site.add('Marie', right, 'engineer', ['cell-a'])
  const token = await site.signIn('marie', right)
  const { person, csrf } = await site.who(token)
  assert.deepEqual(person.grants, [{ role: 'engineer', zones: ['cell-a'] }])
  assert.equal(csrf, csrfOf(token))
  assert.equal(await signedIn(site.people, `${token}x`), null)
  assert.equal(await signedIn(site.people, ''), null)
})

test('a wrong name, a wrong password and an account without one say the same', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const said = [
    await messageOf(guess(site.people, 'marie', other)),
    await messageOf(guess(site.people, 'nobody', right)),
  ]
  assert.equal(new Set(said).size, 1)
  assert.match(said[0] ?? '', /name, password or code/)
})

test('an unknown name costs the time of a known one', async () => {
  const cost = { memory: 32_768, passes: 2, lanes: 1 }
  await using site = await testPeople({ cost })
  await site.add('marie', right)
  const times: Record<string, number[]> = { marie: [], nobody: [] }
  for (let round = 0; round < 9; round += 1) {
    for (const name of ['marie', 'nobody']) {
      const begun = performance.now()
      await assert.rejects(guess(site.people, name, other, `10.0.${round}.1`), { code: 'refused' })
      times[name]?.push(performance.now() - begun)
      site.clock.move(3600)
    }
  }
  // the quickest of each: what else this machine does comes on top
  const ratio = Math.min(...(times.marie ?? [])) / Math.min(...(times.nobody ?? []))
  assert.ok(ratio > 0.6 && ratio < 1.67, `${ratio}`)
})

test('guesses at one name are slowed down more and more, never for ever, and survive a restart', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  let address = 0
  // from everywhere, so that only the name counts
  const from = () => {
    address += 1
    return `10.9.${address}.1`
  }
  for (let i = 0; i < 6; i += 1) await assert.rejects(guess(site.people, 'marie', other, from()), { code: 'refused' })
  const locked = await site.open()
  await assert.rejects(guess(locked, 'marie', right, from()), { code: 'refused', retry: true, message: /Too many/ })
  site.clock.move(16)
  await assert.rejects(guess(site.people, 'marie', other, from()), { message: /wrong/ })
  site.clock.move(16)
  await assert.rejects(guess(site.people, 'marie', right, from()), { message: /Too many/ }, 'twice as long now')
  site.clock.move(15)
  for (let i = 0; i < 12; i += 1) {
    await assert.rejects(guess(site.people, 'marie', other, from()))
    site.clock.move(longestDelay / 1000)
  }
  assert.equal((await guess(site.people, 'marie', right, from())).outcome, 'signed-in')
})

test('an unknown name is locked as a known one is', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const said = async (name: string, net: number) => {
    const all: string[] = []
    for (let i = 0; i < 8; i += 1) all.push(await messageOf(guess(site.people, name, other, `10.${net}.${i}.1`)))
    return all
  }
  assert.deepEqual(await said('marie', 1), await said('nobody', 2))
})

test('one address that guesses at many names is slowed down, and another is not', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  for (let i = 0; i < 11; i += 1) await assert.rejects(guess(site.people, `name${i}`, other, '10.6.6.6'))
  await assert.rejects(guess(site.people, 'marie', right, '10.6.6.6'), { message: /Too many/ })
  assert.equal((await guess(site.people, 'marie', right, '10.7.7.7')).outcome, 'signed-in')
})

test('whoever locks an account from elsewhere does not lock it where its owner signs in from', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  await guess(site.people, 'marie', right, '10.0.0.1')
  for (let i = 0; i < 8; i += 1) await assert.rejects(guess(site.people, 'marie', other, `10.9.${i}.1`))
  await assert.rejects(guess(site.people, 'marie', right, '10.0.0.2'), { message: /Too many/ })
  assert.equal((await guess(site.people, 'marie', right, '10.0.0.1')).outcome, 'signed-in')
})

test('a hundred guesses at once count as a hundred, not as one', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const all = await Promise.allSettled(Array.from({ length: 30 }, () => guess(site.people, 'marie', other)))
  const computed = all.filter(one => one.status === 'rejected' && /wrong/.test(one.reason.message))
  assert.equal(computed.length, 6)
})

test('an IPv6 host counts as its network, an IPv4 one as itself however it is written', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  for (let i = 0; i < 11; i += 1) await assert.rejects(guess(site.people, `name${i}`, other, `2001:db8:1:2::${i}`))
  await assert.rejects(guess(site.people, 'marie', right, '2001:db8:1:2:9::1'), { message: /Too many/ })
  assert.equal((await guess(site.people, 'marie', right, '2001:db8:1:3::1')).outcome, 'signed-in')
  for (let i = 0; i < 11; i += 1) await assert.rejects(guess(site.people, `name${i}`, other, '::ffff:10.5.5.5'))
  await assert.rejects(guess(site.people, 'marie', right, '10.5.5.5'), { message: /Too many/ })
})

test('a clock that is set back or forward locks nobody for longer than the longest delay', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  for (let i = 0; i < 12; i += 1) {
    await assert.rejects(guess(site.people, 'marie', other, `10.9.${i}.1`))
    site.clock.move(-86_400 * 300)
  }
  await assert.rejects(guess(site.people, 'marie', right))
  site.clock.move(longestDelay / 1000)
  assert.equal((await guess(site.people, 'marie', right)).outcome, 'signed-in')
})

test('whoever has the site folder ends a lock', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  for (let i = 0; i < 8; i += 1) await assert.rejects(guess(site.people, 'marie', other, `10.9.${i}.1`))
  await assert.rejects(guess(site.people, 'marie', right), { message: /Too many/ })
  const cli = await site.open({ key: null })
  await changeAccount(cli, root, 'marie', { unlock: true }, anySignal)
  assert.equal((await guess(site.people, 'marie', right)).outcome, 'signed-in')
})

test('a guesser does not fill the journal, and what is typed for a name that does not exist is not in it', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  site.events.length = 0
  for (let i = 0; i < 600; i += 1) {
    const name = i % 2 === 0 ? 'marie' : `secret typed as a name ${i}`
    await assert.rejects(guess(site.people, name, other, `10.${i % 7}.${i % 250}.1`))
    site.clock.move(1)
  }
  await tellLate(site.people, true)
  assert.ok(site.events.length < 60, `${site.events.length} lines`)
  assert.ok(!JSON.stringify(site.events).includes('secret typed'))
  const told = site.events.reduce(
    (sum, event) => sum + (event.type === 'person' && event.action === 'sign-in-refused' ? (event.times ?? 1) : 0),
    0,
  )
  assert.equal(told, 600, 'and every one is counted')
})

test('on a full disk guesses are counted all the same, use up nothing of the reserve, and are told later', {
  skip: noSmallDisk,
}, async () => {
  await using disk = await smallDisk()
  let isFull = false
  const told: JournalEvent[] = []
  const record = async (events: readonly JournalEvent[]) => {
    if (isFull) throw new BlackstartError('disk-full', 'The journal cannot be written: the disk is full.')
    told.push(...events)
  }
  await using site = await testPeople({ record })
  await site.add('marie', right)
  const { reserve } = sitePaths(site.folder)
  await site.people.reserve.fill()
  const { size } = await stat(reserve)
  const makeRoom = await disk.fill()
  isFull = true
  told.length = 0
  for (let at = 0; at < 6; at += 1) await assert.rejects(guess(site.people, 'marie', other), /is wrong/)
  await assert.rejects(guess(site.people, 'marie', right), /Too many failed attempts/)
  assert.ok(size > 0)
  assert.equal((await stat(reserve)).size, size)
  assert.equal(told.length, 0)
  isFull = false
  await makeRoom()
  site.clock.move(3_600)
  await tellLate(site.people, true)
  const lines = told.flatMap(event => (event.type === 'person' ? [[event.action, event.times ?? 1]] : []))
  assert.deepEqual(lines, [
    ['sign-in-refused', 7],
    ['locked-out', 1],
  ])
  assert.equal((await guess(site.people, 'marie', right)).outcome, 'signed-in')
})

test('a session ends when it was idle, and after its longest time also when it was not', async () => {
  await using site = await testPeople({ limits: { idle: 3_600_000, absolute: 3 * 3_600_000 } })
  await site.add('marie', right)
  const idle = await site.signIn('marie', right)
  site.clock.move(3599)
  await site.who(idle)
  site.clock.move(3601)
  assert.equal(await signedIn(site.people, idle), null)
  const busy = await site.signIn('marie', right)
  for (let i = 0; i < 5; i += 1) {
    site.clock.move(2_000)
    await site.who(busy)
  }
  site.clock.move(1_000)
  assert.equal(await signedIn(site.people, busy), null)
})

test('a session survives a restart of the node, and its token lies nowhere', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  const again = await site.open()
  assert.equal((await signedIn(again, token))?.person.name, 'marie')
  const file = path.join(site.folder, 'data/people.sqlite')
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    assert.equal((await stat(name)).mode & 0o777, 0o600, name)
    assert.ok(!(await readFile(name)).includes(token), name)
  }
})

test('a session that a clock set back would prolong ends', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  site.clock.move(-60)
  await site.who(token)
  site.clock.move(-86_400)
  assert.equal(await signedIn(site.people, token), null)
})

for (const [what, change] of Object.entries({
  'a password set by another process': (people: People) =>
    changeAccount(people, root, 'marie', { password: { text: other, temporary: false } }, anySignal),
  'a demotion': (people: People) =>
    changeAccount(people, root, 'marie', { grants: [{ role: 'viewer', zones: ['cell-a'] }] }, anySignal),
  'a removal': (people: People) => removeAccount(people, root, 'marie', anySignal),
})) {
  test(`a stolen session is worth nothing after ${what}`, async () => {
    await using site = await testPeople()
    await site.add('chief', right, 'administrator')
    await site.add('marie', right, 'engineer')
    const token = await site.signIn('marie', right)
    const cli = await site.open()
    await change(cli)
    assert.equal(await signedIn(site.people, token), null)
    if (what === 'a removal') await site.add('marie', right, 'administrator')
    assert.equal(await signedIn(site.people, token), null, 'nor for an account of the same name')
  })
}

test('a session that ended with a password does not come back with an older copy of the accounts', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  const before = await readFile(site.people.accounts.file)
  await changeAccount(site.people, root, 'marie', { password: { text: other, temporary: false } }, anySignal)
  await writeFile(site.people.accounts.file, before)
  assert.equal(await signedIn(site.people, token), null)
})

test('a promotion ends no session and counts at once', async () => {
  await using site = await testPeople()
  await site.add('marie', right, 'viewer', ['cell-a'])
  const token = await site.signIn('marie', right)
  await changeAccount(site.people, root, 'marie', { grants: [{ role: 'engineer', zones: 'all' }] }, anySignal)
  assert.deepEqual((await site.who(token)).person.grants, [{ role: 'engineer', zones: 'all' }])
})

test('one changes the password with the old one, and then signs in anew', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  const stolen = await site.signIn('marie', right)
  const change = async (password: string, next: string) =>
    changeOwnPassword(site.people, await site.who(token), { password, code: null, next }, caller.from, anySignal)
  await assert.rejects(change('not what it is now', other), { code: 'refused' })
  await assert.rejects(change(right, 'short'), { code: 'usage' })
  await assert.rejects(change(right, right), { code: 'usage' })
  assert.equal(await change(right, other), 'changed')
  for (const old of [token, stolen]) assert.equal(await signedIn(site.people, old), null)
  await site.signIn('marie', other)
})

test('one sees and ends the own sessions, and nobody else’s', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  await site.add('paul', right)
  const [here, there, foreign] = [
    await site.signIn('marie', right),
    await site.signIn('marie', right),
    await site.signIn('paul', right),
  ]
  const own = await site.who(here)
  const sessions = ownSessions(site.people, own)
  assert.deepEqual(sessions.map(one => one.own).sort(), [false, true])
  const paul = await site.who(foreign)
  assert.equal(await endSessions(site.people, own, paul.session.id, caller.from), 0)
  await site.who(foreign)
  assert.equal(await endSessions(site.people, own, null, caller.from), 1)
  assert.equal(await signedIn(site.people, there), null)
  await signOut(site.people, await site.who(here), caller.from)
  assert.equal(await signedIn(site.people, here), null)
})

test('a page’s word belongs to one session', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const [a, b] = [await site.signIn('marie', right), await site.signIn('marie', right)]
  assert.equal(isCsrfOf(a, csrfOf(a)), true)
  for (const word of [csrfOf(b), '', 'é', csrfOf(a).slice(1)]) assert.equal(isCsrfOf(a, word), false)
})

test('a dangerous action asks again who one is, also after the clock was set back', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  const proven = async (minutes: number) =>
    recentlyProven((await site.who(token)).session, minutes * 60_000, site.clock.now())
  assert.equal(await proven(5), true)
  site.clock.move(301)
  assert.equal(await proven(5), false)
  const again = async (password: string) =>
    proveAgain(site.people, await site.who(token), { password, code: null }, caller.from, anySignal)
  await assert.rejects(again(other), { code: 'refused' })
  assert.equal(await proven(5), false)
  assert.equal(await again(right), 'proven')
  assert.equal(await proven(5), true)
  site.clock.move(-120)
  assert.equal(await proven(5), false)
})

test('a code of an authenticator app is asked for, works once, and not again after a restart or an hour set back', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  const seed = Buffer.from('12345678901234567890')
  const enrolling = await site.open({ random: count => (count === 20 ? seed : Buffer.alloc(count, 7)) })
  const own = await site.who(token)
  beginCode(enrolling, own, 'Test plant')
  await assert.rejects(confirmCode(enrolling, own, '000000', caller.from, anySignal), { code: 'refused' })
  await confirmCode(enrolling, own, codeAt(seed, stepAt(site.clock.now())), caller.from, anySignal)
  assert.ok(!(await readFile(site.people.accounts.file, 'utf8')).includes(seed.toString('base64')))
  assert.deepEqual(await guess(site.people, 'marie', right), { outcome: 'code-needed' })
  await assert.rejects(guess(site.people, 'marie', other), { message: /wrong/ }, 'the password comes first')
  const now = codeAt(seed, stepAt(site.clock.now()))
  await assert.rejects(guess(site.people, 'marie', right, caller.from, now), { message: /wrong/ }, 'used at enrolment')
  site.clock.move(30)
  const next = codeAt(seed, stepAt(site.clock.now()))
  assert.equal((await guess(site.people, 'marie', right, caller.from, next)).outcome, 'signed-in')
  await assert.rejects(guess(await site.open(), 'marie', right, caller.from, next), { message: /wrong/ })
  site.clock.move(-3600)
  const earlier = codeAt(seed, stepAt(site.clock.now()))
  assert.equal((await guess(site.people, 'marie', right, caller.from, earlier)).outcome, 'signed-in')
  site.clock.move(3600)
  await assert.rejects(guess(site.people, 'marie', right, caller.from, next), { message: /wrong/ })
})

test('codes are added and taken away only right after a proof', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const [token, stolen] = [await site.signIn('marie', right), await site.signIn('marie', right)]
  const seed = Buffer.from('12345678901234567890')
  const enrolling = await site.open({ random: count => (count === 20 ? seed : Buffer.alloc(count, 7)) })
  beginCode(enrolling, await site.who(token), 'Test plant')
  await confirmCode(enrolling, await site.who(token), codeAt(seed, stepAt(site.clock.now())), caller.from, anySignal)
  site.clock.move(3600)
  const remove = async () => removeOwnCode(site.people, await site.who(stolen), caller.from, anySignal)
  await assert.rejects(remove(), { facts: { proof: true } })
  const foreign = { ...(await site.who(stolen)), account: null }
  assert.throws(() => beginCode(site.people, foreign, ''), { code: 'refused' })
  const code = codeAt(seed, stepAt(site.clock.now()))
  const who = await site.who(token)
  assert.equal(
    await proveAgain(site.people, who, { password: right, code: null }, caller.from, anySignal),
    'code-needed',
  )
  assert.equal(await proveAgain(site.people, who, { password: right, code }, caller.from, anySignal), 'proven')
  await removeOwnCode(site.people, await site.who(token), caller.from, anySignal)
  assert.equal(await signedIn(site.people, stolen), null)
  await site.signIn('marie', right)
})

test('of two that use one code at once, one is let in', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  const seed = Buffer.from('12345678901234567890')
  const enrolling = await site.open({ random: count => (count === 20 ? seed : Buffer.alloc(count, 7)) })
  beginCode(enrolling, await site.who(token), 'Test plant')
  await confirmCode(enrolling, await site.who(token), codeAt(seed, stepAt(site.clock.now())), caller.from, anySignal)
  site.clock.move(60)
  const code = codeAt(seed, stepAt(site.clock.now()))
  const two = await Promise.allSettled([
    guess(site.people, 'marie', right, caller.from, code),
    guess(await site.open(), 'marie', right, caller.from, code),
  ])
  assert.deepEqual(two.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a right password does not wipe out wrong codes', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const token = await site.signIn('marie', right)
  const seed = Buffer.from('12345678901234567890')
  const enrolling = await site.open({ random: count => (count === 20 ? seed : Buffer.alloc(count, 7)) })
  beginCode(enrolling, await site.who(token), 'Test plant')
  await confirmCode(enrolling, await site.who(token), codeAt(seed, stepAt(site.clock.now())), caller.from, anySignal)
  let tried = 0
  for (; tried < 50; tried += 1) {
    const wrong = await messageOf(guess(site.people, 'marie', right, '10.8.8.8', '000000'))
    if (/Too many/.test(wrong)) break
    await guess(site.people, 'marie', right, '10.8.8.8').catch(() => null)
  }
  assert.equal(tried, 6)
})

test('whoever is turned away in a flood has not guessed', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const flood = Array.from({ length: 60 }, (_, i) => guess(site.people, `name${i}`, other, `10.${i}.0.1`))
  const own = Array.from({ length: 20 }, () => guess(site.people, 'marie', right, '10.200.0.1'))
  const ends = await Promise.allSettled([...flood, ...own])
  assert.ok(ends.slice(60).some(one => one.status === 'rejected' && /at once/.test(one.reason.message)))
  assert.equal((await guess(site.people, 'marie', right, '10.200.0.1')).outcome, 'signed-in')
})

test('a password hashed at a lower cost is hashed anew when it is typed', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  const dearer = await site.open({ cost: { ...cheap, memory: 256 } })
  await guess(dearer, 'marie', right)
  assert.match(await readFile(site.people.accounts.file, 'utf8'), /m=256,/)
  await site.signIn('marie', right)
})

test('damaged sessions are put aside, and everybody signs in anew', async () => {
  await using site = await testPeople()
  await site.add('marie', right)
  await writeFile(
    path.join(site.folder, 'data/people.sqlite'),
    'no database at all, but long enough for a header '.repeat(9),
  )
  await writeFile(path.join(site.folder, 'data/people.sqlite-wal'), '')
  const again = await site.open()
  assert.equal((await guess(again, 'marie', right)).outcome, 'signed-in')
})
