import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anySignal, caller, type TestPeople, testPeople } from '../../../lab/test-people.ts'
import { BlackstartError } from '../../errors.ts'
import type { Person } from './account.ts'
import { askApproval, breakGlass, decideRequest, listRequests, useApproval, withdrawRequest } from './approvals.ts'
import { setDirectory } from './directory/set-directory.ts'
import { changeAccount, localManager, removeAccount } from './manage-people.ts'
import type { Role } from './may.ts'
import { personOf } from './sign-in.ts'

const wanted = {
  ...{ kind: 'write-to-device' as const, item: 'plc-filler/program', version: '01J9', zone: 'cell-a' },
  ...{ target: '10.0.0.5', reason: 'the filler stands', withoutSafety: false },
}
const { from } = caller

function person(
  name: string,
  role: Role = 'engineer',
  zones: 'all' | string[] = ['cell-a'],
  kind: Person['kind'] = 'account',
): Person {
  return { id: `id of ${name}`, name, kind, grants: [{ role, zones }] }
}
const [marie, paul] = [person('marie'), person('paul')]

/** With an account: it is looked at again when the approval is used. */
async function second(site: TestPeople): Promise<Person> {
  await site.add('paul', 'five words are enough', 'engineer', ['cell-a'])
  const own = (await site.people.accounts.read()).accounts.find(({ name }) => name === 'paul')
  assert.ok(own)
  return personOf(own)
}

test('what a second engineer approved is done once, by the one who asked, for what was asked', async () => {
  await using site = await testPeople()
  const { id, state } = await askApproval(site.people, marie, wanted, from)
  assert.equal(state, 'waiting')
  const paul = await second(site)
  const use = (by: Person, other = {}) => useApproval(site.people, by, { ...wanted, id, ...other }, from)
  await assert.rejects(use(marie), { code: 'refused', message: /waiting/ })
  await decideRequest(site.people, paul, { id, approve: true, note: 'seen' }, from)
  await assert.rejects(use(paul), { code: 'refused' })
  for (const other of [{ item: 'plc-filler/other' }, { version: '01J8' }, { target: 'another address' }])
    await assert.rejects(use(marie, other), { code: 'refused' })
  assert.equal((await use(marie)).state, 'used')
  await assert.rejects(use(marie), { code: 'refused', message: /used/ })
  const told = site.events.flatMap(event => (event.type === 'request' ? [`${event.action} by ${event.by}`] : []))
  assert.deepEqual(told, ['asked by marie', 'approved by paul', 'used by marie'])
})

test('nobody approves their own request, whatever their role, and neither does a token', async () => {
  await using site = await testPeople()
  const { id } = await askApproval(site.people, marie, wanted, from)
  const decide = (by: Person) => decideRequest(site.people, by, { id, approve: true, note: '' }, from)
  await assert.rejects(decide(marie), { code: 'refused' })
  await assert.rejects(decide({ ...person('Marie', 'administrator', 'all', 'directory'), id: 'other' }), {
    code: 'refused',
  })
  await assert.rejects(decide(person('hook', 'engineer', 'all', 'token')), { code: 'refused' })
})

test('it takes an engineer of the zone to ask and to approve', async () => {
  await using site = await testPeople()
  await assert.rejects(askApproval(site.people, person('olga', 'operator'), wanted, from), { code: 'refused' })
  await assert.rejects(askApproval(site.people, person('jean', 'engineer', ['cell-b']), wanted, from), {
    code: 'refused',
  })
  const { id } = await askApproval(site.people, marie, wanted, from)
  for (const by of [person('olga', 'operator'), person('jean', 'engineer', ['cell-b'])]) {
    await assert.rejects(decideRequest(site.people, by, { id, approve: true, note: '' }, from), { code: 'refused' })
  }
  await decideRequest(site.people, paul, { id, approve: true, note: '' }, from)
  const demoted = { ...marie, grants: [{ role: 'viewer' as const, zones: 'all' as const }] }
  await assert.rejects(useApproval(site.people, demoted, { ...wanted, id }, from), { code: 'refused' })
})

test('an approval is no good once the one who gave it is gone, or may not give it any more', async () => {
  await using site = await testPeople()
  const root = localManager('root@test')
  const approved = async (by: Person) => {
    const { id } = await askApproval(site.people, marie, wanted, from)
    await decideRequest(site.people, by, { id, approve: true, note: '' }, from)
    return () => useApproval(site.people, marie, { ...wanted, id }, from)
  }
  const paul = await second(site)
  const [demoted, gone] = [await approved(paul), await approved(paul)]
  await changeAccount(site.people, root, 'paul', { grants: [{ role: 'operator', zones: 'all' }] }, anySignal)
  await assert.rejects(demoted(), { code: 'refused', message: /paul may not approve/ })
  await changeAccount(site.people, root, 'paul', { grants: [{ role: 'engineer', zones: 'all' }] }, anySignal)
  await removeAccount(site.people, root, 'paul', anySignal)
  await site.add('paul', 'five words are enough', 'engineer')
  await assert.rejects(gone(), { code: 'refused' }, 'another account of that name')
  const ofDirectory = await approved(person('dora', 'engineer', ['cell-a'], 'directory'))
  const other = await approved(person('dora', 'engineer', ['cell-a'], 'directory'))
  assert.equal((await ofDirectory()).state, 'used')
  await setDirectory(
    site.people,
    root,
    { ldap: { url: 'ldaps://dc.plant', bindAs: 'uid={name}', grants: [] } },
    anySignal,
  )
  await assert.rejects(other(), { code: 'refused' }, 'the way to the directory is another')
})

test('requests of the release before are listed; what was approved then is asked for again', async () => {
  await using site = await testPeople()
  const paul = await second(site)
  const { id } = await askApproval(site.people, marie, wanted, from)
  await decideRequest(site.people, paul, { id, approve: true, note: '' }, from)
  const { database } = site.people.state
  for (const column of ['decider_id', 'decider_stamp', 'without_safety'])
    database.exec(`alter table requests drop column ${column}`)
  const now = await site.open()
  assert.deepEqual(
    listRequests(now).map(one => [one.state, one.withoutSafety]),
    [['approved', false]],
  )
  await assert.rejects(useApproval(now, marie, { ...wanted, id }, from), { code: 'refused' })
})

test('where the journal cannot say it, nothing is asked and nothing is agreed', async () => {
  await using site = await testPeople()
  const failing = {
    ...site.people,
    record: () => Promise.reject(new BlackstartError('disk-full', 'The journal cannot be written: the disk is full.')),
  }
  await assert.rejects(askApproval(failing, marie, wanted, from), { code: 'disk-full' })
  assert.deepEqual(listRequests(site.people), [])
  const { id } = await askApproval(site.people, marie, wanted, from)
  await assert.rejects(decideRequest(failing, paul, { id, approve: true, note: '' }, from), { code: 'disk-full' })
  assert.deepEqual(
    listRequests(site.people).map(({ state, decider }) => [state, decider]),
    [['waiting', null]],
  )
})

test('a disk that is full is said, and nothing of the request is kept', async () => {
  await using site = await testPeople()
  const { database } = site.people.state
  const pages = Object.values(database.prepare('pragma page_count').get() ?? {})[0]
  database.exec(`pragma max_page_count = ${pages}`)
  const ask = async () => {
    for (let count = 0; count < 20; count += 1) {
      await askApproval(site.people, marie, { ...wanted, reason: 'because '.repeat(120) }, from)
    }
  }
  await assert.rejects(ask(), { code: 'disk-full', message: /the disk of the site folder is full/ })
  assert.ok(listRequests(site.people).every(({ state }) => state === 'waiting'))
})

test('a token breaks no glass', async () => {
  await using site = await testPeople()
  const hook = person('token:hook', 'engineer', 'all', 'token')
  await assert.rejects(breakGlass(site.people, hook, wanted, from), { code: 'refused', message: /not by a token/ })
  assert.deepEqual(site.events, [])
})

test('a request waits for an hour, an approval is good for an hour, also over a restart', async () => {
  await using site = await testPeople()
  const { id } = await askApproval(site.people, marie, wanted, from)
  site.clock.move(3600)
  assert.equal(listRequests(site.people)[0]?.state, 'expired')
  await assert.rejects(decideRequest(site.people, paul, { id, approve: true, note: '' }, from), { message: /expired/ })
  const second = await askApproval(site.people, marie, wanted, from)
  site.clock.move(3500)
  const again = await site.open()
  await decideRequest(again, paul, { id: second.id, approve: true, note: '' }, from)
  site.clock.move(3500)
  assert.equal(listRequests(again)[0]?.state, 'approved')
  site.clock.move(101)
  await assert.rejects(useApproval(again, marie, { ...wanted, id: second.id }, from), { message: /expired/ })
})

test('a refusal is final, and only the one who asked withdraws', async () => {
  await using site = await testPeople()
  const { id } = await askApproval(site.people, marie, wanted, from)
  await assert.rejects(withdrawRequest(site.people, paul, id, from), { code: 'refused' })
  await decideRequest(site.people, paul, { id, approve: false, note: 'not during the batch' }, from)
  await assert.rejects(decideRequest(site.people, paul, { id, approve: true, note: '' }, from), {
    message: /refused already/,
  })
  await assert.rejects(withdrawRequest(site.people, marie, id, from), { code: 'refused' })
  const second = await askApproval(site.people, marie, wanted, from)
  await withdrawRequest(site.people, marie, second.id, from)
  assert.deepEqual(
    listRequests(site.people).map(({ state }) => state),
    ['withdrawn', 'refused'],
  )
})

test('of two processes that use one approval at once, one may go on', async () => {
  await using site = await testPeople()
  const paul = await second(site)
  const { id } = await askApproval(site.people, marie, wanted, from)
  await decideRequest(site.people, paul, { id, approve: true, note: '' }, from)
  const other = await site.open()
  const both = await Promise.allSettled([
    useApproval(site.people, marie, { ...wanted, id }, from),
    useApproval(other, marie, { ...wanted, id }, from),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('the glass is broken with a reason, by an engineer, and it is recorded', async () => {
  await using site = await testPeople()
  await assert.rejects(breakGlass(site.people, marie, { ...wanted, reason: '  ' }, from), { code: 'usage' })
  await assert.rejects(breakGlass(site.people, person('olga', 'operator'), wanted, from), { code: 'refused' })
  await breakGlass(site.people, marie, wanted, from)
  assert.deepEqual(
    site.events.map(event => event.type === 'request' && [event.action, event.by, event.reason]),
    [['broke-glass', 'marie', 'the filler stands']],
  )
})
