import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Need } from '../../../src/api/schema/overview.ts'
import { groupNeeds } from './group-needs.ts'

const need = (kind: Need['kind'], item: string | null, what: string): Need => ({
  ...{ id: `${kind}:${item}`, kind, severity: 'high', item, asset: item?.split('/')[0] ?? null, zone: null },
  ...{ class: null, what, remedy: '', since: null, approval: null },
})
const refused = (count: number) =>
  Array.from({ length: count }, (_, at) => need('failure', `plc-${at}/program`, `10.1.3.${at}:21 refused plc-${at}`))

test('what one item waits for is one line, the gravest first', () => {
  const found = groupNeeds([need('drift', 'a/program', 'differs'), need('failure', 'a/program', 'refused')])
  assert.deepEqual(
    found.map(({ first, others }) => [first.kind, others.map(({ kind }) => kind)]),
    [['drift', ['failure']]],
  )
})

test('few stay what they are', () => {
  assert.equal(groupNeeds(refused(10)).length, 10)
})

test('many of one cause are one line; another cause, and what is of no item, stays its own', () => {
  const site = need('integrity', null, 'The journal was cut')
  const found = groupNeeds([site, ...refused(300), need('failure', 'robot/program', 'No space left')])
  assert.deepEqual(
    found.map(({ first, others }) => [first.id, others.length]),
    [
      ['integrity:null', 0],
      ['failure:plc-0/program', 299],
      ['failure:robot/program', 0],
    ],
  )
})

test('nobody who waits for a second person is hidden behind something else', () => {
  const found = groupNeeds([need('approval', 'a/program', 'claire asks'), need('drift', 'a/program', 'differs')])
  assert.equal(found.length, 2)
  const glass = groupNeeds([need('broken-glass', 'a/program', 'jo broke the glass'), need('drift', 'a/program', '')])
  assert.equal(glass.length, 2)
})
