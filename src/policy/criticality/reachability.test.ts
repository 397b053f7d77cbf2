import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exposure } from '../../site/site.ts'
import { cyberOccurrence } from './occurrence.ts'
import { assetReachability, type Reachability, zoneReachability } from './reachability.ts'
import { plant, zones } from './test-plant.ts'

const reach = (more = '') => zoneReachability(plant({ zones: zones + more }))
const conduit = (from: string, to: string) => `  - { from: ${from}, to: ${to}, allow: [rdp] }\n`

const cases: [string, string, string, number, Reachability['causes']][] = [
  ['nothing leads into the zone of one asset', '', 'alone', 1, [{ by: 'nothing' }]],
  ['only its own zone reaches an asset with a neighbour', '', 'cell-b', 2, [{ by: 'neighbours', machines: 1 }]],
  ['a conduit from operations', '', 'cell-a', 3, [{ by: 'conduit', from: 'operations', level: 3, allow: ['ftp'] }]],
  [
    'a conduit from another cell',
    conduit('cell-b', 'alone'),
    'alone',
    3,
    [{ by: 'conduit', from: 'cell-b', level: 1, allow: ['rdp'] }],
  ],
  ['a conduit from the DMZ', '', 'operations', 4, [{ by: 'conduit', from: 'dmz', level: 3.5, allow: ['smb'] }]],
  [
    'a conduit from the office beside one from operations',
    conduit('office', 'cell-a'),
    'cell-a',
    5,
    [{ by: 'conduit', from: 'office', level: 4, allow: ['rdp'] }],
  ],
  ['a conduit out leads nothing in', conduit('alone', 'office'), 'alone', 1, [{ by: 'nothing' }]],
  ['a conduit of a zone to itself is no other zone', conduit('alone', 'alone'), 'alone', 1, [{ by: 'nothing' }]],
  ['a zone of the office is as reachable as the office', '', 'office', 5, [{ by: 'level', level: 4 }]],
]

for (const [name, more, zone, score, causes] of cases) {
  test(`reachability ${score}: ${name}`, () => {
    const found = reach(more).get(zone)
    assert.deepEqual([found?.score, found?.causes], [score, causes])
  })
}

test('only conduits that lead straight in count; the way from outside is told besides', () => {
  assert.deepEqual(reach().get('cell-a')?.path, ['office', 'dmz', 'operations', 'cell-a'])
  assert.deepEqual(reach(conduit('office', 'operations')).get('cell-a')?.path, ['office', 'operations', 'cell-a'])
  assert.equal(reach().get('cell-b')?.path, null)
  assert.deepEqual(reach().get('office')?.path, ['office'])
})

test('where no office leads in, the way begins in the DMZ', () => {
  const cut = zones.replace('  - { from: office, to: dmz, allow: [https] }\n', '')
  assert.deepEqual(zoneReachability(plant({ zones: cut })).get('cell-a')?.path, ['dmz', 'operations', 'cell-a'])
})

test('a circle of conduits ends', () => {
  assert.deepEqual(reach(conduit('cell-a', 'operations')).get('cell-a')?.path?.length, 4)
})

const own: Reachability = { score: 2, causes: [{ by: 'neighbours', machines: 3 }] }
const none: Reachability = { score: 1, causes: [{ by: 'nothing' }] }

test('remote access and removable media make an asset reachable from outside, the Internet most', () => {
  const score = (exposure: Exposure[], zone = none) => assetReachability(zone, exposure)
  assert.deepEqual(score(['remote-access']), { score: 4, causes: [{ by: 'exposure', exposure: 'remote-access' }] })
  assert.equal(score(['removable-media']).score, 4)
  assert.deepEqual(score(['removable-media', 'internet']), {
    score: 5,
    causes: [{ by: 'exposure', exposure: 'internet' }],
  })
  assert.equal(score(['open-writes', 'obsolete']), none)
  assert.equal(score(['remote-access'], { score: 5, causes: [{ by: 'level', level: 4 }] }).score, 5)
})

const weak: [Exposure[], Reachability, number][] = [
  [[], none, 1],
  [[], own, 2],
  [['open-writes'], own, 3],
  [['shared-credentials'], own, 3],
  [['obsolete'], own, 4],
  [['known-exploited', 'open-writes'], own, 5],
  [['known-exploited', 'obsolete'], none, 1],
]

for (const [exposure, zone, score] of weak) {
  test(`O_c is ${score} for ${exposure.join(' and ') || 'nothing special'} at reachability ${zone.score}`, () => {
    const found = cyberOccurrence(assetReachability(zone, exposure), exposure)
    assert.equal(found.score, score)
    assert.equal(found.exploitable, zone.score >= 2)
  })
}

test('a weakness counts from the reachability that the asset itself has, removable media included', () => {
  const exposure: Exposure[] = ['removable-media', 'known-exploited']
  assert.equal(cyberOccurrence(assetReachability(none, exposure), exposure).score, 5)
})
