import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { factsWith, siteFrom } from '../../../lab/test-facts.ts'
import { type Level, levels } from '../../site/site.ts'
import type { ServiceConnection } from '../facts.ts'
import { indexSite } from '../site-index.ts'
import type { Flow } from './flow.ts'
import { flowFindings } from './flow-findings.ts'
import { judgeFlows } from './judge-flows.ts'

interface Shape {
  readonly conduits?: string
  readonly triggers?: string
  readonly pages?: string
  readonly assetZone?: string
  readonly node?: string
}

const nameOf = (level: Level) => `z${String(level).replace('.', '')}`
const zones = levels.map(
  (level, at) => `{ id: ${nameOf(level)}, level: ${level}, networks: [10.${at}.0.0/16, log${at}] }`,
)

function siteOf({ conduits = '[]', triggers = '[]', pages = '[]', assetZone = 'z1', node = 'backup' }: Shape = {}) {
  return siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [${zones.join(', ')}, { id: backup, level: 3 }]
conduits: ${conduits}
node: { zone: ${node}, pages: ${pages} }
triggers: ${triggers}
assets:
  - { id: switch, kind: switch, zone: ${assetZone}, address: 10.1.0.5, items: [{ id: configuration, kind: configuration, via: ssh-cli, options: {} }] }
  - { id: drive, kind: drive, zone: z2, address: 10.2.0.6, items: [{ id: parameters, kind: parameters, via: ftp, options: {} }] }
  - { id: plc, kind: plc, zone: z1, items: [{ id: program, kind: program, via: files, options: {} }] }
  - { id: collector, kind: server, zone: z3, address: 10.3.0.7 }
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`)
}

const service = (
  host: string,
  more: Partial<ServiceConnection> = {},
  transport: 'tcp' | 'udp' = 'tcp',
): ServiceConnection => ({
  ...{ purpose: 'notification', name: 'siem' },
  connection: { protocol: 'syslog', transport, host, ports: { from: 514, to: 514 }, part: 'control' },
  ...more,
})

const judged = (shape: Shape, services: readonly ServiceConnection[] = []) => {
  const index = indexSite(siteOf(shape))
  const { flows, unplaced } = judgeFlows(index, factsWith({}, { services }), () => false)
  return { flows: flows.filter(({ purpose }) => purpose !== 'conduit'), unplaced }
}
const findings = (shape: Shape, services: readonly ServiceConnection[] = []) =>
  flowFindings(indexSite(siteOf(shape)), factsWith({}, { services }))
const words = ({ purpose, initiator, target, transport, ports, judgement }: Flow) =>
  `${purpose} ${initiator.zone} -> ${target.zone} ${transport} ${ports?.from} ${judgement}`

const syslogTrigger =
  '[{ id: lines, via: syslog, options: { listen: 10.9.0.2, port: 5514, transport: tcp, relays: [collector] } }]'

test('the zones of the devices that may tell the node open its port, and a conduit lists each with its reason', () => {
  const { flows } = judged({ triggers: syslogTrigger })
  assert.deepEqual(flows.map(words), [
    'trigger z1 -> backup tcp 5514 denied',
    'trigger z2 -> backup tcp 5514 denied',
    'trigger z3 -> backup tcp 5514 closed-by-default',
  ])
  assert.deepEqual(
    flows.map(({ initiator }) => initiator.hosts),
    [['10.1.0.5'], ['10.2.0.6'], ['10.3.0.7']],
  )
  assert.deepEqual(
    flows.map(({ items }) => items),
    [['switch/configuration'], ['drive/parameters'], []],
  )
  assert.match(flows[0]?.remedy ?? '', /exception/)
  const told = findings({ triggers: syslogTrigger })
  assert.deepEqual(
    told.map(({ code, subject }) => `${code} ${subject}`),
    ['flow-forbidden node/trigger/z1', 'flow-forbidden node/trigger/z2', 'flow-without-conduit node/trigger/z3'],
  )

  const conduits = `[{ from: z1, to: backup, allow: [syslog], exception: switches tell of changes },
    { from: z2, to: backup, allow: [syslog], exception: drives tell of changes }, { from: z3, to: backup, allow: [syslog] }]`
  assert.deepEqual(judged({ triggers: syslogTrigger, conduits }).flows.map(words), [
    'trigger z1 -> backup tcp 5514 listed-exception',
    'trigger z2 -> backup tcp 5514 listed-exception',
    'trigger z3 -> backup tcp 5514 allowed',
  ])
  assert.deepEqual(findings({ triggers: syslogTrigger, conduits }), [], 'neither the flow nor its conduit is a finding')
})

test('a one-way link carries datagrams, and no connection', () => {
  const conduits = '[{ from: z1, to: backup, allow: [syslog, snmp-trap], exception: diode, oneWay: true }]'
  const of = (options: string, via = 'syslog') =>
    judged({
      conduits,
      triggers: `[{ id: lines, via: ${via}, options: { listen: 10.9.0.2, ${options} }, items: [switch/configuration] }]`,
    }).flows.map(words)
  assert.deepEqual(of('transport: udp'), ['trigger z1 -> backup udp 514 listed-exception'])
  assert.deepEqual(of('community: { secret: traps }', 'snmp'), ['trigger z1 -> backup udp 162 listed-exception'])
  assert.deepEqual(of('transport: tcp'), ['trigger z1 -> backup tcp 514 denied'])
})

test('what listens on this machine only crosses no network', () => {
  const triggers =
    '[{ id: lines, via: syslog, options: { listen: 127.0.0.1 } }, { id: more, via: syslog, options: { listen: "::1" } }]'
  assert.deepEqual(judged({ triggers }, [service('127.0.0.1'), service('localhost')]), { flows: [], unplaced: [] })
})

test('a hook and the pages are judged where the site file says who opens them; a hook of nobody is said to be that', () => {
  const hook = (from: string) => `[{ id: build, via: hook, options: { secret: hook${from} }, items: [plc/program] }]`
  const { flows, unplaced } = judged({ triggers: hook(''), pages: '[z2, z4]' })
  assert.deepEqual(flows.map(words), [
    'pages z2 -> backup tcp 8470 closed-by-default',
    'pages z4 -> backup tcp 8470 denied',
  ])
  assert.deepEqual(flows[0]?.initiator.hosts, ['10.2.0.0/16', 'log2'])
  assert.deepEqual(
    unplaced.map(({ name, host }) => [name, host]),
    [['build', null]],
  )
  assert.match(unplaced[0]?.remedy ?? '', /option from/)
  const [office] = findings({ pages: '[z4]' })
  assert.match(office?.remedy ?? '', /replica/)

  const conduits = '[{ from: z2, to: backup, allow: [https] }, { from: z3, to: backup, allow: [https] }]'
  assert.deepEqual(judged({ triggers: hook(', from: z3'), pages: '[z2]', conduits }).flows.map(words), [
    'trigger z3 -> backup tcp 8470 allowed',
    'pages z2 -> backup tcp 8470 allowed',
  ])
  assert.deepEqual(
    findings({ pages: '[z2]', conduits }),
    [],
    'the conduit by which people look is none to be put right',
  )
})

/** To, without and with a conduit that lists it. */
const sent: readonly (readonly [string, Flow['judgement'], Flow['judgement']])[] = [
  ['10.3.0.9', 'closed-by-default', 'allowed'],
  ['10.4.0.9', 'closed-by-default', 'allowed'],
  ['log4', 'closed-by-default', 'allowed'],
  ['10.5.0.9', 'denied', 'denied'],
  ['10.6.0.9', 'denied', 'denied'],
]

for (const [host, bare, listed] of sent) {
  test(`what the node sends to ${host}: ${bare}, with a conduit ${listed}`, () => {
    const conduits = `[${['z3', 'z35', 'z4', 'z5'].map(to => `{ from: backup, to: ${to}, allow: [syslog] }`).join(', ')}]`
    assert.deepEqual(
      judged({}, [service(host)]).flows.map(({ judgement }) => judgement),
      [bare],
    )
    assert.deepEqual(
      judged({ conduits }, [service(host)]).flows.map(({ judgement }) => judgement),
      [listed],
    )
    const own = findings({ conduits }, [service(host)]).filter(({ subject }) => subject === 'node/notification/siem')
    assert.equal(own.length, listed === 'denied' ? 1 : 0)
    for (const { remedy } of own) assert.ok(remedy.length > 20)
  })
}

test('the narrowest network has a machine, an asset before any; of what no zone has, that is said', () => {
  const zoneOf = (host: string) => judged({}, [service(host)]).flows.map(({ target }) => target.zone)
  assert.deepEqual(zoneOf('10.3.0.7'), ['z3'])
  assert.deepEqual(zoneOf('LOG4'), ['z35'])
  const { flows, unplaced } = judged({}, [service('192.0.2.1'), service('mail', { purpose: 'journal', name: 'mail' })])
  assert.deepEqual(flows, [])
  assert.deepEqual(
    unplaced.map(({ purpose, name, host }) => `${purpose} ${name} ${host}`),
    ['notification siem 192.0.2.1', 'journal mail mail'],
  )
  assert.match(unplaced[0]?.remedy ?? '', /networks of a zone/)
})

const zoneIds = [...levels.map(nameOf), 'backup']
const levelOf = new Map<string, Level>([...levels.map(level => [nameOf(level), level] as const), ['backup', 3]])

test('whatever the conduits list, neither the office nor the Internet opens anything to the node, nor the node to the Internet', () => {
  const shapes = fc.record({
    pairs: fc.array(fc.tuple(fc.constantFrom(...zoneIds), fc.constantFrom(...zoneIds)), { maxLength: 8 }),
    node: fc.constantFrom('z1', 'z2', 'z3', 'backup'),
    assetZone: fc.constantFrom(...zoneIds),
    pages: fc.uniqueArray(fc.constantFrom(...zoneIds)),
    to: fc.integer({ min: 0, max: levels.length - 1 }),
  })
  fc.assert(
    fc.property(shapes, ({ pairs, node, assetZone, pages, to }) => {
      const conduits = pairs.map(([from, other]) => ({
        from,
        to: other,
        allow: ['syslog', 'https'],
        exception: 'agreed',
      }))
      const shape = {
        conduits: JSON.stringify(conduits),
        node,
        assetZone,
        pages: JSON.stringify(pages),
        triggers: syslogTrigger,
      }
      const { flows } = judged(shape, [service(`10.${to}.0.200`)])
      for (const { initiator, target, judgement, remedy } of flows) {
        const [from, other] = [levelOf.get(initiator.zone) ?? 0, levelOf.get(target.zone) ?? 0]
        if (from >= 4 || other === 5) assert.equal(judgement, 'denied')
        if (judgement === 'denied') assert.ok(remedy)
      }
      assert.equal(new Set(flows.map(({ id }) => id)).size, flows.length, 'every flow once')
      assert.equal(flows.filter(({ purpose }) => purpose === 'pages').length, pages.length)
    }),
    { numRuns: 200 },
  )
})
