import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ago, factsWith, siteFrom, soundItem } from '../../../lab/test-facts.ts'
import { type Level, levels } from '../../site/site.ts'
import type { Facts, NeededConnection } from '../facts.ts'
import { indexSite } from '../site-index.ts'
import type { Flow } from './flow.ts'
import { flowFindings } from './flow-findings.ts'
import { flowsNftables } from './flows-nftables.ts'
import { conduitFlows, judgeFlows } from './judge-flows.ts'
import { neededFlows } from './needed-flows.ts'

interface Shape {
  readonly zones?: string
  readonly conduits?: string
  readonly node?: string
  readonly assetZone?: string
  readonly places?: string
}

const local = '{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }'
const zonesOfAll = `[${levels.map(level => `{ id: ${nameOf(level)}, level: ${level} }`).join(', ')}, { id: backup, level: 3 }]`

/** `z1`, `z35`, `z5`. */
function nameOf(level: Level): string {
  return `z${String(level).replace('.', '')}`
}

/** A node in the zone `backup`, and one device in a zone of each level's name, `z1` unless told otherwise. */
function siteOf(shape: Shape = {}) {
  return siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: ${shape.zones ?? zonesOfAll}
conduits: ${shape.conduits ?? '[]'}
node: { zone: ${shape.node ?? 'backup'} }
processes:
  - { id: filling, data: configuration, mtdl: 1h, mtd: 4h, needs: [plc] }
assets:
  - id: plc
    kind: plc
    zone: ${shape.assetZone ?? 'z1'}
    address: 10.0.0.5
    items:
      - { id: program, kind: program, via: ftp, options: {} }
      - { id: recipes, kind: recipes, via: ftp, options: {} }
places: [${[local, shape.places ?? []].flat().join(', ')}]
`)
}

const tcp = (protocol: string, from: number, to = from, part: 'control' | 'data' = 'control'): NeededConnection => ({
  ...{ protocol, transport: 'tcp', host: '10.0.0.5', part },
  ports: { from, to },
})
const ftp = [tcp('ftp', 21), tcp('ftp', 1024, 65_535, 'data')]
const both: Facts['connections'] = new Map([
  ['plc/program', ftp],
  ['plc/recipes', ftp],
])
const yes = () => true

const needed = (shape: Shape, connections = both) =>
  neededFlows(indexSite(siteOf(shape)), connections, item => item === 'plc/program')
const findings = (shape: Shape, more: Partial<Facts> = {}) =>
  flowFindings(indexSite(siteOf(shape)), factsWith({}, { connections: both, ...more }))
const captureOf = (shape: Shape): Flow => {
  const [flow] = needed(shape)
  assert.ok(flow)
  return flow
}

test('a device is read by the listed protocol and port, once for all its items; writing to it is closed', () => {
  const flows = needed({ conduits: '[{ from: backup, to: z1, allow: [ssh, ftp] }]' })
  assert.deepEqual(
    flows.map(({ id, impact, judgement, conduit, items }) => ({ id, impact, judgement, conduit, items })),
    [
      {
        ...{ id: 'capture/plc/ftp/10.0.0.5:21', impact: 'reads', judgement: 'allowed', conduit: 0 },
        items: ['plc/program', 'plc/recipes'],
      },
      {
        ...{ id: 'capture/plc/ftp/10.0.0.5:1024-65535', impact: 'reads', judgement: 'allowed', conduit: 0 },
        items: ['plc/program', 'plc/recipes'],
      },
      {
        ...{ id: 'restore/plc/ftp/10.0.0.5:21', impact: 'writes', judgement: 'closed-by-default', conduit: 0 },
        items: ['plc/program'],
      },
      {
        ...{ id: 'restore/plc/ftp/10.0.0.5:1024-65535', impact: 'writes', judgement: 'closed-by-default', conduit: 0 },
        items: ['plc/program'],
      },
    ],
  )
  assert.match(flows[2]?.rule ?? '', /opened for a time/)
  assert.deepEqual(findings({ conduits: '[{ from: backup, to: z1, allow: [ssh, ftp] }]' }), [])
})

test('where the node stands in the zone of a device, no conduit is needed', () => {
  const flow = captureOf({ node: 'z1' })
  assert.deepEqual([flow.judgement, flow.conduit], ['allowed', null])
  assert.deepEqual(findings({ node: 'z1' }), [])
})

const unlisted: readonly (readonly [string, string, RegExp])[] = [
  ['no conduit', '[]', /Add the conduit \{ from: backup, to: z1, allow: \[ftp\] \}/],
  ['a conduit that lists other words', '[{ from: backup, to: z1, allow: [sftp, ftps] }]', /Add ftp .*now sftp, ftps/],
  ['a conduit the other way', '[{ from: z1, to: backup, allow: [ftp], exception: agents }]', /Add the conduit/],
  ['a one-way link', '[{ from: backup, to: z1, allow: [ftp], oneWay: true }]', /one-way/],
]

for (const [what, conduits, remedy] of unlisted) {
  test(`a need for which there is ${what} is closed, and one finding tells the line to add`, () => {
    assert.equal(captureOf({ conduits }).judgement, 'closed-by-default')
    const [found, ...more] = findings({ conduits })
    assert.deepEqual(
      [found?.code, found?.severity, found?.subject, more],
      ['flow-without-conduit', 'medium', 'plc', []],
    )
    assert.deepEqual(found?.facts.protocols, ['ftp'])
    assert.match(found?.remedy ?? '', remedy)
  })
}

/** Node's zone, device's zone, with a conduit that lists it, then with an exception too. */
const captures: readonly (readonly [string, string, Flow['judgement'], Flow['judgement']])[] = [
  ['backup', 'z0', 'listed-exception', 'listed-exception'],
  ['backup', 'z1', 'allowed', 'allowed'],
  ['backup', 'z2', 'allowed', 'allowed'],
  ['backup', 'z3', 'allowed', 'allowed'],
  ['backup', 'z35', 'allowed', 'allowed'],
  ['backup', 'z4', 'denied', 'listed-exception'],
  ['backup', 'z5', 'denied', 'denied'],
  ['z35', 'z1', 'denied', 'denied'],
  ['z35', 'z3', 'denied', 'denied'],
  ['z35', 'z4', 'denied', 'listed-exception'],
  ['z4', 'z1', 'denied', 'denied'],
  ['z4', 'z3', 'denied', 'denied'],
  ['z4', 'z35', 'denied', 'listed-exception'],
  ['z5', 'z2', 'denied', 'denied'],
  ['z2', 'z3', 'allowed', 'allowed'],
  ['z2', 'z35', 'denied', 'listed-exception'],
]

for (const [node, assetZone, plain, excepted] of captures) {
  test(`a node in ${node} that reads a device in ${assetZone}: ${plain}, with an exception ${excepted}`, () => {
    const at = (more: string) => ({
      node,
      assetZone,
      conduits: `[{ from: ${node}, to: ${assetZone}, allow: [ftp]${more} }]`,
    })
    assert.equal(captureOf(at('')).judgement, plain)
    assert.equal(captureOf(at(', exception: agreed')).judgement, excepted)
    const forbidden = findings(at('')).filter(({ code }) => code === 'flow-forbidden')
    assert.equal(forbidden.length, plain === 'denied' ? 1 : 0)
    for (const { remedy, severity } of forbidden) {
      assert.ok(remedy.length > 20)
      assert.equal(severity, 'high')
    }
  })
}

/** From, to, what the word `https` gets, and what it gets with an exception. */
const declared: readonly (readonly [string, string, Flow['judgement'], Flow['judgement']])[] = [
  ['z4', 'z3', 'denied', 'denied'],
  ['z4', 'z0', 'denied', 'denied'],
  ['z5', 'z3', 'denied', 'denied'],
  ['z5', 'z1', 'denied', 'denied'],
  ['z3', 'z5', 'denied', 'denied'],
  ['z0', 'z5', 'denied', 'denied'],
  ['z4', 'z35', 'allowed', 'allowed'],
  ['z5', 'z35', 'allowed', 'allowed'],
  ['z35', 'z3', 'denied', 'listed-exception'],
  ['z35', 'z1', 'denied', 'listed-exception'],
  ['z35', 'z4', 'denied', 'listed-exception'],
  ['z35', 'z5', 'denied', 'listed-exception'],
  ['backup', 'z35', 'allowed', 'allowed'],
  ['z3', 'z35', 'allowed', 'allowed'],
  ['backup', 'z2', 'allowed', 'allowed'],
  ['backup', 'z0', 'listed-exception', 'listed-exception'],
  ['z3', 'z1', 'denied', 'listed-exception'],
  ['z3', 'z2', 'allowed', 'allowed'],
  ['z3', 'z4', 'denied', 'listed-exception'],
  ['z1', 'backup', 'denied', 'listed-exception'],
  ['z2', 'backup', 'denied', 'listed-exception'],
  ['z2', 'z3', 'allowed', 'allowed'],
  ['z1', 'z3', 'denied', 'listed-exception'],
  ['z1', 'z35', 'denied', 'listed-exception'],
  ['z4', 'z5', 'allowed', 'allowed'],
  ['backup', 'z3', 'allowed', 'allowed'],
]

for (const [from, to, plain, excepted] of declared) {
  test(`a conduit from ${from} to ${to} is ${plain}, with an exception ${excepted}`, () => {
    const judged = (more: string) => {
      const [flow] = conduitFlows(
        indexSite(siteOf({ conduits: `[{ from: ${from}, to: ${to}, allow: [https]${more} }]` })),
      )
      return flow?.judgement
    }
    assert.equal(judged(''), plain)
    assert.equal(judged(', exception: agreed with the plant'), excepted)
  })
}

test('the office reaches no device protocol in the industrial DMZ, and everything is none', () => {
  const conduits = '[{ from: z4, to: z35, allow: [https, S7, any] }]'
  const [found, ...more] = findings({ conduits, node: 'z1' })
  assert.deepEqual([found?.code, found?.subject, more], ['conduit-forbidden', 'z4->z35', []])
  assert.deepEqual(found?.facts.protocols, ['S7', 'any'])
})

const place = (more: string) =>
  `{ id: far, via: local, options: { path: ./far }, medium: disk, location: plant, domain: far${more} }`

test('copies in another zone need their share; a one-way link carries them, and tells what that means', () => {
  const to = (more: string, conduits = '[]') =>
    needed({ places: place(more), conduits }).find(({ purpose }) => purpose === 'replication')
  const smb = to(', zone: z35, share: smb', '[{ from: backup, to: z35, allow: [smb], oneWay: true }]')
  assert.deepEqual([smb?.ports, smb?.judgement, smb?.impact], [{ from: 445, to: 445 }, 'allowed', 'writes'])
  assert.match(smb?.rule ?? '', /one-way link: nothing acknowledges/)
  const nfs = to(', zone: z35, share: nfs')
  assert.deepEqual([nfs?.ports, nfs?.judgement], [{ from: 2049, to: 2049 }, 'closed-by-default'])
  const untold = to(', zone: z35')
  assert.deepEqual([untold?.protocol, untold?.ports], ['unknown', null])
  assert.match(untold?.remedy ?? '', /share: smb or nfs/)
  assert.equal(to(', zone: z4, share: smb')?.judgement, 'denied')
  assert.equal(to(', zone: z4, online: false'), undefined, 'what is carried opens no connection')
  assert.equal(to(''), undefined, 'the own zone is not left')
})

test('connections that captures opened are expected, or a finding of their item while its newest capture opened them', () => {
  const conduits = '[{ from: backup, to: z1, allow: [ftp] }]'
  const seen = (host: string, port: number, last = ago('PT10M')) => ({
    ...{ item: 'plc/program', host, port, first: ago('PT100H'), last },
  })
  const expected = [seen('10.0.0.5', 21), seen('10.0.0.5', 1024)]
  assert.deepEqual(findings({ conduits }, { observed: expected }), [])
  const index = indexSite(siteOf({ conduits }))
  const { flows } = judgeFlows(index, factsWith({}, { connections: both, observed: expected }), yes)
  assert.equal(flows[0]?.seen?.toString(), ago('PT10M').toString())

  const [found, ...more] = findings({ conduits }, { observed: [...expected, seen('10.0.0.9', 21)] })
  assert.deepEqual(
    [found?.code, found?.severity, found?.subject, more],
    ['connection-unexpected', 'high', 'plc/program', []],
  )
  assert.deepEqual(found?.facts.connections, ['10.0.0.9:21'])

  const items = new Map([['plc/program', soundItem(['local'])]])
  const before = [seen('10.0.0.9', 21, ago('PT40H'))]
  assert.deepEqual(findings({ conduits }, { observed: before, items }), [], 'the newest capture did not open it')
  assert.equal(findings({ conduits }, { observed: before }).length, 1)
})

test('an item whose device has no address is told, and stops nothing else', () => {
  const judged = judgeFlows(indexSite(siteOf()), factsWith({}, { connections: new Map([['plc/recipes', ftp]]) }), yes)
  assert.deepEqual(judged.unknown, ['plc/program'])
  assert.equal(judged.flows.length, 4)
})

const zoneIds = [...levels.map(nameOf), 'backup']
const levelOf = new Map<string, Level>([...levels.map(level => [nameOf(level), level] as const), ['backup', 3]])
const word = fc.constantFrom('ftp', 'ssh', 'https', 'any', 'smb')
const anyConduit = fc
  .record({
    from: fc.constantFrom(...zoneIds),
    to: fc.constantFrom(...zoneIds),
    allow: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    exception: fc.option(fc.constant('agreed'), { nil: undefined }),
    oneWay: fc.boolean(),
  })
  .filter(({ from, to }) => from !== to)

function isForbidden(from: string, to: string): boolean {
  const [a, b] = [levelOf.get(from) ?? 0, levelOf.get(to) ?? 0]
  return (a >= 4 && b <= 3) || (a <= 3 && b === 5)
}

test('no conduit and no exception ever opens the plant to the office, or either to the Internet', () => {
  const shapes = fc.record({
    conduits: fc.array(anyConduit, { maxLength: 8 }),
    node: fc.constantFrom(...zoneIds),
    assetZone: fc.constantFrom(...zoneIds),
    placeZone: fc.constantFrom(...zoneIds),
  })
  fc.assert(
    fc.property(shapes, ({ conduits, node, assetZone, placeZone }) => {
      const index = indexSite(
        siteOf({
          conduits: JSON.stringify(conduits),
          node,
          assetZone,
          places: place(`, zone: ${placeZone}, share: smb`),
        }),
      )
      const facts = factsWith({}, { connections: both })
      const { flows } = judgeFlows(index, facts, yes)
      for (const { initiator, target, judgement, remedy } of flows) {
        if (isForbidden(initiator.zone, target.zone)) assert.equal(judgement, 'denied')
        if (judgement === 'denied') assert.ok(remedy, 'what is denied has a way round')
      }
      assert.equal(new Set(flows.map(({ id }) => id)).size, flows.length, 'every flow is judged once')
      const wanted = flows.filter(({ purpose }) => purpose === 'capture')
      assert.equal(wanted.length, 2, 'every need is judged')
      const denied = new Set(
        flows.filter(one => one.judgement === 'denied' && one.purpose !== 'conduit').map(one => one.target.what),
      )
      const told = flowFindings(index, facts).filter(({ code }) => code === 'flow-forbidden')
      assert.deepEqual(told.map(({ subject }) => subject).sort(), [...denied].sort(), 'and told where it is denied')
    }),
    { numRuns: 300 },
  )
})

test('the data ports of FTP open no other service of the device that is closed', () => {
  const site = siteOf({ conduits: '[{ from: backup, to: z1, allow: [ftp, sftp] }]' })
  const connections = new Map([
    ['plc/program', [...ftp, tcp('sftp', 22)]],
    ['plc/recipes', [tcp('opcua', 4840), tcp('ssh', 22)]],
  ])
  const flows = judgeFlows(indexSite(site), factsWith({}, { connections }), () => false)
  const text = flowsNftables(site, flows)
  const opened = [...text.matchAll(/^ +10\.0\.0\.5 \. tcp \. ([\d-]+) /gm)].map(([, ports]) => ports)
  assert.deepEqual(opened, ['21', '22', '1024-4839', '4841-65535'])
  assert.match(text, /^# Not opened, but no firewall tells them .*\n# +capture\/plc\/ssh\/10\.0\.0\.5:22: /m)
})

test('an address has one spelling in the ruleset, for a set takes no element twice', () => {
  const site = siteOf({ conduits: '[{ from: backup, to: z1, allow: [ftp, sftp] }]' })
  const at = (host: string) => [{ ...tcp('sftp', 22), host }]
  const connections = new Map([
    ['plc/program', at('2001:0DB8::0005')],
    ['plc/recipes', at('2001:db8::5')],
  ])
  const text = flowsNftables(
    site,
    judgeFlows(indexSite(site), factsWith({}, { connections }), () => false),
  )
  assert.equal(text.match(/^ +2001:db8::5 \. tcp \. 22 /gm)?.length, 1)
})
