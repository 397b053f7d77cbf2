import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siteFrom } from '../../lab/test-facts.ts'
import { parseSite } from './parse-site.ts'
import { holdsHost, readZoneNetwork } from './zone-network.ts'

const holds = (text: string, host: string) => {
  const network = readZoneNetwork(text)
  assert.ok(network, text)
  return holdsHost(network, host)
}

test('a network, an address and a name hold their machines, and no other', () => {
  assert.ok(holds('10.1.3.0/24', '10.1.3.9'))
  assert.ok(!holds('10.1.3.0/24', '10.1.4.9'))
  assert.ok(holds('10.1.3.9', '10.1.3.9'))
  assert.ok(!holds('10.1.3.9', '10.1.3.10'))
  assert.ok(holds('fd00:1::/64', 'FD00:0001::7'))
  assert.ok(!holds('0.0.0.0/0', 'fd00::1'))
  assert.ok(holds('Mail.plant.example', 'mail.PLANT.example'))
  assert.ok(!holds('mail', '10.1.3.9'))
})

test('what is neither a network nor a host is refused', () => {
  for (const text of [
    '',
    '10.1.3',
    '10.1.3.0/33',
    '10.1.3.0/-1',
    '10.1.3.0/8/8',
    'fd00::/129',
    'fe80::1%eth0',
    'a b',
    'a..b',
    '/24',
    'name/24',
  ])
    assert.equal(readZoneNetwork(text), null, text)
})

const siteWith = (zones: string, more = '') => `site: { name: Plant, timezone: Europe/Paris }
zones: [${zones}]
node: { zone: a${more} }
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`

test('a network stands in one zone, and the pages are for zones that there are', () => {
  const site = siteFrom(siteWith('{ id: a, level: 3, networks: [10.1.3.0/24, log.plant] }', ', pages: [a]'))
  assert.deepEqual(site.zones[0]?.networks, ['10.1.3.0/24', 'log.plant'])
  assert.deepEqual(site.node.pages, ['a'])
  const problems = (text: string) =>
    parseSite(new TextEncoder().encode(text), new Map()).problems.map(({ path, message }) => `${path}: ${message}`)
  assert.deepEqual(
    problems(siteWith('{ id: a, level: 3, networks: [10.1.3.0/24] }, { id: b, level: 1, networks: [10.1.3.0/24] }')),
    ['zones[1].networks[0]: "10.1.3.0/24" stands in line 2 already'],
  )
  assert.deepEqual(problems(siteWith('{ id: a, level: 3, networks: [10.1.3.0/40] }')), [
    'zones[0].networks[0]: "10.1.3.0/40" is neither a network nor a host',
  ])
  assert.deepEqual(problems(siteWith('{ id: a, level: 3 }', ', pages: [office]')), [
    'node.pages[0]: "office" is not a zone of this site',
  ])
})
