import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Grant, isAdministrator, isNoLess, may, type PersonAction, roles, zonesFor } from './may.ts'

const actions: readonly PersonAction[] = [
  ...(['read', 'capture', 'acknowledge', 'drill', 'verify', 'isolate', 'approve', 'hold', 'trust'] as const),
  ...(['restore-to-folder', 'write-to-device', 'approve-write', 'read-secrets-raw', 'read-journal'] as const),
  ...(['end-isolation', 'edit-site', 'set-secrets', 'manage-people'] as const),
]
const zone = fc.constantFrom('cell-a', 'cell-b', 'operations')
const grant: fc.Arbitrary<Grant> = fc.record({
  role: fc.constantFrom(...roles),
  zones: fc.oneof(fc.constant('all' as const), fc.uniqueArray(zone, { minLength: 1 })),
})
const grants = fc.array(grant, { maxLength: 4 })

test('each role may do what the table says, and no more', () => {
  const allowed = (role: Grant['role']) =>
    actions.filter(action => may({ grants: [{ role, zones: 'all' }] }, action, 'cell-a'))
  assert.deepEqual(allowed('viewer'), ['read'])
  assert.deepEqual(allowed('operator'), ['read', 'capture', 'acknowledge', 'drill', 'verify', 'isolate'])
  assert.deepEqual(
    actions.filter(action => !allowed('engineer').includes(action)),
    ['end-isolation', 'edit-site', 'set-secrets', 'manage-people'],
  )
  assert.deepEqual(allowed('administrator'), actions)
})

test('a role in one zone counts there only, and for nothing that concerns the whole site', () => {
  const person = { grants: [{ role: 'administrator' as const, zones: ['cell-a'] }] }
  assert.equal(may(person, 'write-to-device', 'cell-a'), true)
  assert.equal(may(person, 'write-to-device', 'cell-b'), false)
  assert.equal(may(person, 'write-to-device', null), false)
  for (const action of ['manage-people', 'edit-site', 'isolate'] as const) {
    assert.equal(may(person, action, 'cell-a'), false, action)
    assert.deepEqual(zonesFor(person, action), [])
  }
  assert.equal(isAdministrator(person), false)
})

test('without a grant nobody may do anything', () => {
  for (const action of actions) assert.equal(may({ grants: [] }, action, 'cell-a'), false)
})

test('a higher role, and one more grant, never allow less', () => {
  fc.assert(
    fc.property(grants, grant, fc.constantFrom(...actions), fc.option(zone), (held, more, action, where) => {
      if (may({ grants: held }, action, where)) assert.ok(may({ grants: [...held, more] }, action, where))
      const raised = held.map(one => ({ ...one, role: 'administrator' as const }))
      if (may({ grants: held }, action, where)) assert.ok(may({ grants: raised }, action, where))
    }),
  )
})

test('the zones for a list are those in which one may', () => {
  fc.assert(
    fc.property(grants, fc.constantFrom('read', 'write-to-device' as const), zone, (held, action, where) => {
      const zones = zonesFor({ grants: held }, action)
      assert.equal(zones === 'all' || zones.includes(where), may({ grants: held }, action, where))
    }),
  )
})

test('to have no less means that nothing is refused that was allowed', () => {
  fc.assert(
    fc.property(grants, grants, (next, before) => {
      if (!isNoLess({ grants: next }, { grants: before })) return
      for (const action of actions) {
        for (const where of ['cell-a', 'cell-b', 'operations', 'elsewhere', null]) {
          if (may({ grants: before }, action, where)) assert.ok(may({ grants: next }, action, where))
        }
      }
    }),
  )
})
