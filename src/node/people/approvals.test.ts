import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caller, testPeople } from '../../../lab/test-people.ts'
import type { Person } from './account.ts'
import { askApproval, breakGlass, decideRequest, listRequests, useApproval, withdrawRequest } from './approvals.ts'
import type { Role } from './may.ts'

const wanted = {
  ...{ kind: 'write-to-device' as const, item: 'plc-filler/program', version: '01J9', zone: 'cell-a' },
  reason: 'the filler stands',
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

test('what a second engineer approved is done once, by the one who asked, for what was asked', async () => {
  await using site = await testPeople()
  const { id, state } = await askApproval(site.people, marie, wanted, from)
  assert.equal(state, 'waiting')
  const use = (by: Person, other = {}) => useApproval(site.people, by, { ...wanted, id, ...other }, from)
  await assert.rejects(use(marie), { code: 'refused', message: /waiting/ })
  await decideRequest(site.people, paul, { id, approve: true, note: 'seen' }, from)
  await assert.rejects(use(paul), { code: 'refused' })
  for (const other of [{ item: 'plc-filler/other' }, { version: '01J8' }])
    await assert.rejects(use(marie, other), { code: 'refused' })
  assert.equal((await use(marie)).state, 'used')
  await assert.rejects(use(marie), { code: 'refused', message: /used/ })
  const told = site.events.map(event => (event.type === 'request' ? `${event.action} by ${event.by}` : ''))
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
