import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonCauses } from './common-causes.ts'
import { assets, judged, modes, plant } from './test-plant.ts'

const scored = (text: Parameters<typeof plant>[0] = {}) => judged(plant(text)).criticality

test('a mode has S, the worse of O_f and O_c as P, and the class of both', () => {
  const [battery, ransomware] = scored().modes
  assert.deepEqual(
    [battery?.id, battery?.name, battery?.class, battery?.s, battery?.of, battery?.oc, battery?.p],
    ['plc:battery-lost', 'Battery lost', 'high', 4, 3, 3, 3],
  )
  assert.deepEqual([ransomware?.class, ransomware?.s, ransomware?.p], ['medium', 3, 3])
})

test('each score has the facts that it rests on, as plain data', () => {
  const [battery] = scored().modes
  assert.deepEqual(JSON.parse(JSON.stringify(battery?.facts)), {
    s: { score: 4, dimensions: ['production'] },
    of: { score: 3, life: null, failed: [] },
    oc: {
      score: 3,
      reachability: { score: 3, causes: [{ by: 'conduit', from: 'operations', level: 3, allow: ['ftp'] }] },
      weaknesses: [],
      exploitable: true,
    },
  })
})

test('P takes the cyber side of every mode, a worn battery included', () => {
  const exposed = assets.replace('id: plc, kind: plc,', 'id: plc, kind: plc, exposure: [known-exploited],')
  const [battery] = scored({ assets: exposed }).modes
  assert.deepEqual([battery?.of, battery?.oc, battery?.p, battery?.class], [3, 5, 5, 'very high'])
})

test('P takes the wear of every mode, ransomware included', () => {
  const old = assets.replace('id: hmi, kind: hmi,', 'id: hmi, kind: hmi, life: { since: 2001-01, years: 10 },')
  const ransomware = scored({ assets: old }).modes[1]
  assert.deepEqual([ransomware?.of, ransomware?.oc, ransomware?.p], [5, 3, 5])
})

test('an asset has the gravest class of its modes, and none without any', () => {
  const more = `${modes}  - { asset: plc, mode: paint-faded, name: Paint faded, severity: { quality: 1 } }\n`
  const found = scored({ modes: more })
  assert.equal(found.classOf('plc'), 'high')
  assert.deepEqual(
    found.modesOf('plc').map(({ class: cls, name }) => [cls, name]),
    [
      ['high', 'Battery lost'],
      ['low', 'Paint faded'],
    ],
  )
  assert.equal(found.classOf('pump'), null)
  assert.equal(found.classOf('nobody'), null)
})

const common = (text: Parameters<typeof plant>[0] = {}) => {
  const { index, criticality } = judged(plant(text))
  return commonCauses(index, criticality)
}

test('a zone is one cause with the gravest severity in it, and what reaches it as its only probability', () => {
  const zone = common().scored.find(({ cause }) => cause.id === 'zone:cell-a')?.cause
  assert.deepEqual([zone?.class, zone?.s, zone?.of, zone?.oc, zone?.p], ['high', 4, 1, 3, 3])
  assert.deepEqual(zone?.facts.s, { score: 4, dimensions: ['production'], mode: 'plc:battery-lost', assets: 2 })
  assert.deepEqual([zone?.facts.oc.zone?.id, zone?.facts.oc.asset], ['cell-a', null])
  assert.match(zone?.facts.of.why ?? '', /wears as one/)
})

test('what exposes one asset exposes its whole zone', () => {
  const exposed = assets.replace('id: hmi, kind: hmi,', 'id: hmi, kind: hmi, exposure: [remote-access, obsolete],')
  const zone = common({ assets: exposed }).scored.find(({ cause }) => cause.id === 'zone:cell-a')?.cause
  assert.deepEqual([zone?.oc, zone?.facts.oc.asset?.id], [4, 'hmi'])
})

test('a domain is one cause of the assets whose accounts it holds', () => {
  const domain = common().scored.find(({ cause }) => cause.id === 'domain:cell-accounts')?.cause
  assert.deepEqual([domain?.s, domain?.oc, domain?.facts.s.assets], [4, 3, 2])
})

test('the domain of the node is as reachable as the zone of the node', () => {
  const same = assets.replaceAll('domain: cell-accounts', 'domain: node')
  const domain = common({ assets: same }).scored.find(({ cause }) => cause.id === 'domain:node')?.cause
  assert.deepEqual([domain?.oc, domain?.facts.oc.zone?.id], [4, 'operations'])
})

test('what holds no asset, or none with a failure mode, is told instead of scored', () => {
  const unscored = new Map(common().unscored.map(({ id, why }) => [id, why]))
  assert.equal(unscored.get('zone:cell-b'), 'no-modes')
  assert.equal(unscored.get('zone:office'), 'no-assets')
  assert.equal(unscored.get('domain:vault'), 'no-assets')
})
