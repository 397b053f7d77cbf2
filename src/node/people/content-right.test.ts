import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ContentUse, contentRight } from './content-right.ts'
import { type Grant, may, type Role, roles } from './may.ts'

/** The least role that looks into an item in every zone. */
function least(item: string, use: ContentUse): Role | undefined {
  const { action, where } = contentRight(item, use)
  return roles.find(role => may({ grants: [{ role, zones: 'all' }] }, action, where === 'site' ? null : 'cell'))
}

test('what the node keeps of its own is looked into by those whom it concerns', () => {
  const expected: readonly (readonly [string, Role, Role])[] = [
    // item, shown, raw
    ['plc/program', 'viewer', 'engineer'],
    ['node/site', 'viewer', 'administrator'],
    ['node/journal', 'engineer', 'engineer'],
    ['node/secrets', 'administrator', 'administrator'],
    ['node/identity', 'administrator', 'administrator'],
    ['node/whatever-comes', 'administrator', 'administrator'],
  ]
  for (const [item, shown, raw] of expected) {
    assert.deepEqual([least(item, 'shown'), least(item, 'raw')], [shown, raw], item)
  }
})

test('the right in the zone of the node is not enough for what concerns the whole site', () => {
  const zones: Grant['zones'] = ['operations']
  for (const item of ['node/site', 'node/journal', 'node/secrets', 'node/identity']) {
    for (const use of ['shown', 'raw'] as const) {
      const { action, where } = contentRight(item, use)
      assert.equal(where, 'site', item)
      assert.equal(may({ grants: [{ role: 'administrator', zones }] }, action, null), false, `${item} ${use}`)
    }
  }
})
