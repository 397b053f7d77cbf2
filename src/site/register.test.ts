import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { parseSite } from './parse-site.ts'

const connectors = new Map([['files', z.strictObject({ path: z.string() })]])

const good = `site: { name: Plant, timezone: UTC }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
processes:
  - id: filling
    data: configuration
    mtdl: { configuration: 1d, history: 5m }
    mtd: 4h
    afterLoss: { fixed: 30m }
    recovery: { detect: 15m, decide: 30m, validate: 45m }
    needs: [plc]
assets:
  - { id: plc, kind: plc, zone: cell, domain: cell-accounts, life: { since: 2016-05, years: 15 }, exposure: [open-writes], spare: { onSite: true, replace: 30m } }
failureModes:
  - { asset: plc, mode: battery-lost, severity: { production: 4 }, failed: [2024-02-29] }
places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
keep: { daily: 14, floor: 30d }
`
const parse = (text: string) => parseSite(new TextEncoder().encode(text), connectors)

test('the register, the steps of people and the keep rules are read', () => {
  const { site, problems } = parse(good)
  assert.deepEqual(problems, [])
  const [process, [plc], [mode]] = [site?.processes[0], site?.assets ?? [], site?.failureModes ?? []]
  assert.equal(process?.mtdl.configuration?.total('hour'), 24)
  assert.equal(process?.mtdl.history?.total('minute'), 5)
  assert.equal(process?.recovery.validate?.total('minute'), 45)
  assert.equal(process?.recovery.isolate, null)
  assert.equal(plc?.life?.since.toString(), '2016-05-01')
  assert.deepEqual(plc?.exposure, ['open-writes'])
  assert.deepEqual(mode?.severity, { safety: 1, environment: 1, production: 4, quality: 1 })
  assert.equal(mode?.failed[0]?.toString(), '2024-02-29')
  assert.equal(site?.node.domain, 'node')
  assert.deepEqual([site?.keep.daily, site?.keep.weekly, site?.keep.floor?.total('day')], [14, 12, 30])
})

test('what is left out of the register is null, empty or its default', () => {
  const { site } = parse(good.replace(/^failureModes:\n.*\n/m, '').replace(/^keep:.*\n/m, ''))
  assert.deepEqual(site?.failureModes, [])
  assert.deepEqual(site?.keep, { last: 3, hourly: 24, daily: 30, weekly: 12, monthly: 24, yearly: 10, floor: null })
})

test('a process comes back from every scenario, unless it says from which', () => {
  assert.deepEqual(parse(good).site?.processes[0]?.scope, ['device', 'node', 'domain', 'site'])
  const scoped = parse(good.replace('needs: [plc]', 'needs: [plc]\n    scope: [device, node]'))
  assert.deepEqual(scoped.site?.processes[0]?.scope, ['device', 'node'])
  assert.equal(parse(good.replace('needs: [plc]', 'needs: [plc]\n    scope: []')).site, null)
})

const mistakes: [string, string, string, string][] = [
  [
    'a failure mode without severity',
    ', severity: { production: 4 }',
    '',
    '15:5 failureModes[0].severity: "severity" is missing | a mapping of scores',
  ],
  [
    'an empty severity',
    '{ production: 4 }',
    '{}',
    '15:49 failureModes[0].severity: no severity is given | a mapping of scores',
  ],
  [
    'a score that does not exist',
    'production: 4',
    'production: 6',
    '15:63 failureModes[0].severity.production: 6 is not allowed | a whole number from 1 (none) to 5',
  ],
  [
    'a failure mode of nothing',
    '{ asset: plc,',
    '{ asset: plv,',
    '15:14 failureModes[0].asset: "plv" is not an asset of this site | did you mean "plc"?',
  ],
  [
    'a date that does not exist',
    '2024-02-29',
    '2023-02-29',
    '15:77 failureModes[0].failed[0]: "2023-02-29" is not a date | a date such as',
  ],
  [
    'a failure mode that stands twice',
    'failureModes:\n',
    'failureModes:\n  - { asset: plc, mode: battery-lost, severity: { production: 4 } }\n',
    '16:25 failureModes[1].mode: the failure mode "battery-lost" of "plc" stands in line 15 already',
  ],
  [
    'an MTD shorter than the steps of people',
    'mtd: 4h',
    'mtd: 1h',
    '8:10 processes[0].mtd: mtd 1h is shorter than the steps under recovery and afterLoss.fixed, which take 2h whatever is restored | at least 2h',
  ],
  [
    'a process that needs itself',
    'needs: [plc]',
    'needs: [filling]',
    '11:13 processes[0].needs[0]: "filling" needs itself | needs that end somewhere',
  ],
  [
    'an MTDL that is no duration',
    'history: 5m',
    'history: 5x',
    '7:41 processes[0].mtdl.history: "5x" is not a duration | a duration such as',
  ],
  [
    'an MTDL of an unknown kind of data',
    'history: 5m',
    'recipes: 5m',
    '7:11 processes[0].mtdl: unknown key "recipes" | a duration such as 1h, or a mapping such as',
  ],
  [
    'an MTDL that is a list',
    'mtdl: { configuration: 1d, history: 5m }',
    'mtdl: [1h]',
    '7:11 processes[0].mtdl: a list is not allowed | a duration such as 1h, or a mapping',
  ],
  [
    'an exposure that does not exist',
    'open-writes',
    'open-write',
    '13:110 assets[0].exposure[0]: "open-write" is not allowed | did you mean "open-writes"?',
  ],
  ['a floor without unit', 'floor: 30d', 'floor: 30', '18:27 keep.floor: "30" has no unit | a duration such as'],
]

for (const [name, from, to, told] of mistakes) {
  test(`${name} is told with its line and what is allowed`, () => {
    assert.ok(good.includes(from), from)
    const { site, problems } = parse(good.replace(from, to))
    const shown = problems.map(
      ({ line, column, path, message, allowed }) => `${line}:${column} ${path}: ${message} | ${allowed}`,
    )
    assert.equal(site, null)
    assert.equal(shown.length, 1, shown.join('\n'))
    assert.ok(shown[0]?.startsWith(told), `${shown[0]}\n${told}`)
  })
}
