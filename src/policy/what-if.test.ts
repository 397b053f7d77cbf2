import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, copyIn, factsWith, siteFrom, soundItem } from '../../lab/test-facts.ts'
import { indexSite } from './site-index.ts'
import { parseLoss, whatIf } from './what-if.ts'

const index = indexSite(
  siteFrom(`site: { name: Plant, timezone: UTC }
zones: [{ id: cell, level: 1 }, { id: packing, level: 2 }, { id: operations, level: 3 }]
node: { zone: operations }
processes:
  - { id: filling, data: configuration, mtdl: 1h, mtd: 4h, needs: [plc, hmi, drive], recovery: { detect: 10m } }
  - { id: packing-line, data: configuration, mtdl: 1h, needs: [robot] }
assets:
  - { id: plc, kind: plc, zone: cell, items: [{ id: program, kind: program, via: ftp }] }
  - { id: drive, kind: drive, zone: cell }
  - { id: hmi, kind: hmi, zone: packing, domain: office, needs: [plc], items: [{ id: project, kind: project, via: sftp }] }
  - { id: robot, kind: robot, zone: packing, items: [{ id: program, kind: program, via: ftp }] }
places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
  - { id: share, via: local, options: { path: ./s }, medium: disk, location: plant, domain: office, machine: nas, zone: packing }
  - { id: usb, via: local, options: { path: ./u }, medium: removable, location: safe, domain: usb, online: false, offsite: true }
`),
)

const facts = factsWith({
  'plc/program': soundItem(['local', 'share'], {
    copies: [copyIn('local'), copyIn('usb', { version: 'v1', seen: ago('PT30H') })],
  }),
  'hmi/project': soundItem(['local', 'share']),
  'robot/program': soundItem([], { copies: [{ place: 'local', newest: 'v2', verified: null }] }),
})

function lose(text: string) {
  const loss = parseLoss(index, text)
  assert.ok(!('refused' in loss))
  return whatIf(index, facts, loss)
}

const outcomes = (text: string) => lose(text).processes.map(({ id, outcome }) => `${id} ${outcome}`)

test('what is lost with a zone is its assets and the places that stand in it', () => {
  const cell = lose('zone:cell')
  assert.deepEqual(cell.assetsLost, ['plc', 'drive'])
  assert.deepEqual([cell.placesLost, cell.placesLeft, cell.nodeLost], [[], ['local', 'share', 'usb'], false])
  assert.deepEqual(lose('zone:packing').placesLost, ['share'])
  const operations = lose('zone:operations')
  assert.deepEqual([operations.placesLost, operations.nodeLost], [['local'], true])
})

test('a medium that is not attached outlives its zone and the credentials, and off site the premises', () => {
  for (const text of ['zone:operations', 'domain:node', 'node', 'site']) {
    assert.ok(lose(text).placesLeft.includes('usb'), text)
  }
  assert.deepEqual(lose('site').placesLeft, ['usb'])
  assert.deepEqual(lose('domain:usb').placesLost, ['usb'])
})

test('which processes come back, and which run on', () => {
  assert.deepEqual(outcomes('zone:cell'), ['filling in-part', 'packing-line runs-on'])
  assert.deepEqual(outcomes('domain:office'), ['filling comes-back', 'packing-line runs-on'])
  assert.deepEqual(outcomes('node'), ['filling runs-on', 'packing-line runs-on'])
  assert.deepEqual(outcomes('site'), ['filling in-part', 'packing-line gone'])
  assert.deepEqual(outcomes('zone:packing'), ['filling comes-back', 'packing-line gone'])
})

test('from which copies, losing how much: the newest that is left', () => {
  const [filling] = lose('zone:cell').processes
  const [program] = filling?.items ?? []
  assert.deepEqual(
    [program?.item, program?.lost, program?.copies.map(({ place }) => place)],
    ['plc/program', true, ['local', 'usb']],
  )
  assert.equal(filling?.loss, 600_000)
  assert.equal(filling?.mtdl, 'kept')
  assert.deepEqual(filling?.bare, ['drive'])
  const [later] = lose('site').processes
  assert.equal(later?.items[0]?.copies[0]?.version, 'v1')
  assert.equal(later?.items[0]?.age, 30 * 3_600_000)
  assert.equal(later?.loss, null, 'of the HMI nothing is left')
  assert.equal(later?.mtdl, 'broken')
})

test('a process that runs on still tells what would be left of its copies', () => {
  const [filling] = lose('node').processes
  assert.equal(filling?.time, null)
  assert.deepEqual(
    filling?.items.map(({ copies }) => copies.map(({ place }) => place)),
    [['usb'], ['share']],
  )
})

test('what runs on the machine of the node is lost with it', () => {
  const site = siteFrom(`site: { name: Plant, timezone: UTC }
zones: [{ id: operations, level: 3 }]
node: { zone: operations }
processes: [{ id: records, data: history, needs: [historian] }]
assets: [{ id: historian, kind: historian, zone: operations, machine: node, items: [{ id: database, kind: database, via: sqlite }] }]
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`)
  const known = factsWith({ 'historian/database': soundItem(['local']) })
  const after = whatIf(indexSite(site), known, { kind: 'node' })
  assert.deepEqual([after.assetsLost, after.processes[0]?.outcome], [['historian'], 'gone'])
})

test('the time is the least that it takes, with what nobody knows beside it', () => {
  const [filling] = lose('domain:office').processes
  assert.equal(filling?.time?.lower, 600_000 + 60_000)
  assert.ok(filling?.time?.unknown.includes('validate'))
})

test('what cannot be lost is refused with what can', () => {
  const refused = (text: string) => {
    const loss = parseLoss(index, text)
    return 'refused' in loss ? loss.refused : ''
  }
  assert.match(refused('zone:cel'), /no zone "cel"\. There are cell, packing, operations\./)
  assert.match(refused('domain:it'), /no credential domain "it"\. There are node, office, usb\./)
  assert.match(refused('plc'), /Give zone:ID, domain:NAME, node or site\./)
})

test('a process of which only bare assets are lost is gone, and a copy dated ahead of the clock has no age', () => {
  const bare = indexSite({ ...index.site, processes: index.site.processes.map(one => ({ ...one, needs: ['drive'] })) })
  assert.equal(whatIf(bare, facts, { kind: 'zone', zone: 'cell' }).processes[0]?.outcome, 'gone')
  const late = copyIn('local', { seen: facts.now.add({ hours: 500 }) })
  const wrong = factsWith({ 'plc/program': soundItem([], { copies: [late, copyIn('share')] }) })
  const [program] = whatIf(index, wrong, { kind: 'zone', zone: 'cell' }).processes[0]?.items ?? []
  assert.deepEqual([program?.copies.map(({ place }) => place), program?.age], [['share', 'local'], 600_000])
  const only = factsWith({ 'plc/program': soundItem([], { copies: [late] }) })
  const [filling] = whatIf(index, only, { kind: 'zone', zone: 'cell' }).processes
  assert.deepEqual([filling?.items[0]?.age, filling?.loss, filling?.outcome], [null, null, 'in-part'])
})
