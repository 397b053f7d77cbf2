import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ago, copyIn, factsWith, readWhole, siteFrom, soundItem, testNow } from '../../../lab/test-facts.ts'
import type { Site } from '../../site/site.ts'
import type { Facts, ItemFacts } from '../facts.ts'
import { createJudge, judge } from '../judge.ts'

const places = `places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
  - { id: vault, via: local, options: { path: ./v }, medium: disk, location: plant, domain: vault, machine: vault, locked: 30d, lag: 10m }
  - { id: usb, via: local, options: { path: ./u }, medium: removable, location: safe, domain: usb, online: false }
  - { id: away, via: local, options: { path: ./a }, medium: cloud, location: other site, domain: away, machine: away, offsite: true, lag: 30m }
`
const steps =
  'recovery: { detect: 5m, decide: 5m, isolate: 5m, keys: 5m, media: 5m, reconfigure: 5m, reissue: 5m, validate: 25m }'

function plant(process: string, assets: readonly string[], modes: readonly string[] = []): Site {
  return siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: cell, level: 2 }, { id: operations, level: 3 }]
node: { zone: operations }
processes:
  - { id: filling, data: configuration, ${process} }
assets:
${assets.map(asset => `  - { zone: cell, spare: { onSite: true, replace: 10m, leadTime: 1h }, ${asset} }`).join('\n')}
failureModes: [${modes.join(', ')}]
${places}`)
}

const program = 'items: [{ id: program, kind: program, via: ftp }]'
const drill = (milliseconds: number, of: Partial<ItemFacts['drills'][number]> = {}) => ({
  ...{ time: ago('PT24H'), version: 'v2', passed: true, milliseconds },
  ...of,
})
const minute = 60_000
const everywhere = ['local', 'vault', 'usb', 'away']
const rehearsals = new Map([['filling', { time: ago('PT24H'), milliseconds: 60 * minute }]])
const one = plant(`mtdl: 8d, mtd: 8h, needs: [plc], ${steps}`, [`id: plc, kind: plc, ${program}`])
const known = (of: Partial<ItemFacts> = {}, more: Partial<Facts> = {}) =>
  factsWith({ 'plc/program': soundItem(everywhere, of) }, { rehearsals, ...more })
const verdictOf = (site: Site, facts: Facts) => {
  const [process] = judge(site, facts).processes
  assert.ok(process)
  return process
}

test('a device that fails costs the work of its own loss, not of what another one would lose', () => {
  const site = plant(`mtdl: 10d, mtd: 6h, needs: [plc, historian], afterLoss: { perLostHour: 10m }, ${steps}`, [
    `id: plc, kind: plc, items: [{ id: program, kind: program, via: ftp, every: 10m }]`,
    `id: historian, kind: historian, items: [{ id: values, kind: database, via: sqlite, every: 24h }]`,
  ])
  const facts = factsWith({
    'plc/program': soundItem(everywhere, { drills: [drill(240 * minute)] }),
    'historian/values': soundItem(everywhere, { drills: [drill(minute)] }),
  })
  const process = verdictOf(site, facts)
  const [device] = process.scenarios
  // people 60 min, replacing 10 min, restore 240 min; 10 min and two captures of 7 s lost
  assert.ok((device?.time?.lower ?? 0) < 313 * minute, `${device?.time?.lower}`)
  assert.ok(!process.reasons.some(reason => reason.includes('a device fails')))
})

test('a domain that is taken over costs the work of what it takes, and no more', () => {
  const site = plant(`mtdl: 10d, mtd: 8h, needs: [plc, hmi], afterLoss: { perLostHour: 10m }, ${steps}`, [
    `id: plc, kind: plc, items: [{ id: program, kind: program, via: ftp, every: 24h }]`,
    `id: hmi, kind: hmi, domain: office, items: [{ id: project, kind: project, via: ftp, every: 1h }]`,
  ])
  const facts = factsWith({ 'plc/program': soundItem(everywhere), 'hmi/project': soundItem(everywhere) })
  const office = verdictOf(site, facts).scenarios.find(({ scenario }) => scenario === 'domain:office')
  const work = office?.time?.critical.find(({ what }) => what.startsWith('work after'))
  assert.ok((work?.milliseconds ?? 0) < 12 * minute, `${work?.milliseconds}`)
})

test('an interval shorter than a capture saves nothing: readings follow each other', () => {
  const site = plant(`mtdl: 15m, mtd: 8h, scope: [device], needs: [plc], ${steps}`, [
    'id: plc, kind: plc, items: [{ id: program, kind: program, via: ftp, every: 1m }]',
  ])
  const process = verdictOf(site, known({ captureTimes: [8 * minute] }))
  assert.equal(process.verdict, 'FAIL')
  assert.match(process.reasons.join(), /cannot be held/)
})

test('PROVEN asks for an MTD, whatever the RTO', () => {
  const site = plant(`mtdl: 8d, rto: 8h, needs: [plc], ${steps}`, [`id: plc, kind: plc, ${program}`])
  const process = verdictOf(site, known())
  assert.deepEqual([process.verdict, process.reasons], ['UNPROVEN', ['no MTD is stated']])
})

test('PROVEN asks that the newest drill passed', () => {
  const failed = drill(1, { time: ago('PT1H'), passed: false })
  assert.equal(verdictOf(one, known()).verdict, 'PROVEN')
  const process = verdictOf(one, known({ drills: [failed, drill(minute)] }))
  assert.deepEqual([process.verdict, process.scenarios[0]?.verdict], ['UNPROVEN', 'UNPROVEN'])
})

test('what is not known of the loss is said: an MTDL of one kind of data, a lag', () => {
  const history = plant(`mtdl: { configuration: 8d }, mtd: 8h, needs: [plc], ${steps}`, [
    'id: plc, kind: plc, items: [{ id: program, kind: database, via: sqlite }]',
  ])
  assert.deepEqual(verdictOf(history, known()).reasons, ['no MTDL of its history is stated'])
  const lag = plant(`mtdl: 8d, mtd: 8h, scope: [domain], needs: [plc], ${steps}`, [`id: plc, kind: plc, ${program}`])
  const unstated = { ...lag, places: lag.places.map(place => ({ ...place, lag: null })) }
  assert.match(verdictOf(unstated, known()).reasons.join(), /of plc\/program is lost is not known: .* lag/)
})

test('the class of a process is that of the gravest asset that it needs, backed up or not', () => {
  const mode = '{ asset: drive, mode: worn, severity: { safety: 5 } }'
  const site = plant(
    `mtdl: 8d, mtd: 8h, needs: [plc, drive], ${steps}`,
    [`id: plc, kind: plc, ${program}`, 'id: drive, kind: drive'],
    [mode],
  )
  assert.equal(verdictOf(site, known()).class, 'high')
})

test('times ahead of the clock prove nothing until the clock has reached them', () => {
  const ahead = testNow.add({ hours: 24 * 400 })
  const soon = testNow.add({ minutes: 2 })
  const cases: readonly (readonly [string, (time: Temporal.Instant) => Facts, RegExp, string])[] = [
    [
      'copies',
      time => known({ copies: everywhere.map(p => copyIn(p, { seen: time })) }),
      /dated ahead of the clock/,
      '',
    ],
    ['drill', time => known({ drills: [drill(minute, { time })] }), /not restored within the period/, 'drill-due'],
    [
      'rehearsal',
      time => known({}, { rehearsals: new Map([['filling', { time, milliseconds: 1 }]]) }),
      /not rehearsed within the period/,
      'never-rehearsed',
    ],
  ]
  for (const [name, facts, reason, code] of cases) {
    assert.equal(verdictOf(one, facts(soon)).verdict, 'PROVEN', name)
    const process = verdictOf(one, facts(ahead))
    assert.equal(process.verdict, 'UNPROVEN', name)
    assert.match(process.reasons.join(), reason, name)
    if (code !== '') assert.ok(judge(one, facts(ahead)).findings.some(finding => finding.code === code))
    assert.equal(
      verdictOf(one, { ...facts(ahead), now: ahead })
        .reasons.join()
        .includes('ahead'),
      false,
    )
  }
  const confirmed = judge(one, known({ lastConfirmed: ahead }))
  assert.equal(confirmed.items[0]?.fresh, false)
  assert.ok(confirmed.findings.some(({ code }) => code === 'stale'))
  const read = judge(one, known({}, { places: new Map([['local', readWhole(ahead)]]) }))
  assert.ok(read.findings.some(({ code, subject }) => code === 'verification-due' && subject === 'local'))
})

test('nine of ten: the newest restore at least, of several the slowest of each, one after the other', () => {
  const many = [50, ...Array.from({ length: 19 }, () => 1)].map(minutes => drill(minutes * minute))
  assert.equal(verdictOf(one, known({ drills: many })).scenarios[0]?.time?.p90, (60 + 10 + 50) * minute)
  const two = plant(`mtdl: 8d, mtd: 8h, needs: [plc, hmi], ${steps}`, [
    `id: plc, kind: plc, ${program}`,
    'id: hmi, kind: hmi, items: [{ id: program, kind: project, via: ftp }]',
  ])
  const drills = [...Array.from({ length: 19 }, () => drill(minute)), drill(30 * minute)]
  const facts = factsWith(
    { 'plc/program': soundItem(everywhere, { drills }), 'hmi/program': soundItem(everywhere, { drills }) },
    { rehearsals },
  )
  const site = verdictOf(two, facts).scenarios.find(({ scenario }) => scenario === 'site')
  assert.deepEqual([site?.time?.lower, site?.time?.p90], [(60 + 70 + 1) * minute, (60 + 60 + 20 + 60) * minute])
})

test('copies too old in a scenario that counts are a finding, though the newest reading is fresh', () => {
  const copies = [copyIn('local'), copyIn('vault'), copyIn('away', { seen: ago('PT200H') })]
  const { findings, items } = judge(one, known({ copies }))
  const stale = findings.find(({ code }) => code === 'stale')
  assert.equal(items[0]?.fresh, true)
  assert.deepEqual([stale?.severity, stale?.facts.scenarios], ['medium', ['site']])
  assert.match(stale?.remedy ?? '', /away/)
})

test('what no process needs is a finding of its asset, or of the one item', () => {
  const site = plant(`mtdl: 8d, mtd: 8h, needs: [plc/program], ${steps}`, [
    'id: plc, kind: plc, items: [{ id: program, kind: program, via: ftp }, { id: notes, kind: documents, via: ftp }]',
    `id: spare-plc, kind: plc, ${program}`,
  ])
  const missing = judge(site, factsWith({})).findings.filter(({ code }) => code === 'mtdl-missing')
  assert.deepEqual(
    missing.map(({ subject, severity }) => [subject, severity]),
    [
      ['plc/notes', 'low'],
      ['spare-plc', 'low'],
    ],
  )
})

// several processes with different limits and scopes on the same items
const shared = siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: cell, level: 2 }, { id: operations, level: 3 }]
node: { zone: operations }
processes:
  - { id: filling, data: configuration, mtdl: 1h, mtd: 4h, scope: [device], needs: [plc] }
  - { id: packing, data: configuration, mtdl: { configuration: 8d, history: 2h }, mtd: 8h, needs: [plc/program, hmi, filling], ${steps} }
  - { id: storing, data: history, mtd: 2d, rto: 1d, scope: [site, domain], needs: [hmi] }
  - { id: office, data: history, needs: [] }
assets:
  - { id: plc, kind: plc, zone: cell, spare: { onSite: true, replace: 10m, leadTime: 1h }, items: [{ id: program, kind: program, via: ftp }, { id: recipes, kind: recipes, via: ftp, every: 2h }] }
  - { id: hmi, kind: hmi, zone: cell, domain: vault, needs: [plc], items: [{ id: values, kind: database, via: sqlite }] }
failureModes: [{ asset: plc, mode: battery-lost, severity: { production: 2 } }]
${places}`)
const ids = ['plc/program', 'plc/recipes', 'hmi/values']

const hours = fc.oneof(fc.integer({ min: -30, max: 30 }), fc.constantFrom(-500, 1, 2, 192, 8784, 9000))
const time = fc
  .record({ hours, milliseconds: fc.constantFrom(0, 1, -1, 300_000, 300_001) })
  .map(of => testNow.subtract({ milliseconds: of.hours * 3_600_000 + of.milliseconds }))
const someItem: fc.Arbitrary<ItemFacts> = fc.record({
  latest: fc.option(fc.record({ version: fc.constant('v2'), inRepository: fc.boolean() }), { freq: 5 }),
  lastConfirmed: fc.option(time, { freq: 5 }),
  failure: fc.constant(null),
  approved: fc.constantFrom(null, 'v2'),
  drifted: fc.boolean(),
  unexpected: fc.boolean(),
  changedFrom: fc.constantFrom(null, 'v1'),
  drills: fc.array(
    fc.record({
      time,
      version: fc.constantFrom('v1', 'v2'),
      passed: fc.boolean(),
      milliseconds: fc.constantFrom(1, 6 * 3_600_000),
    }),
    { maxLength: 3 },
  ),
  captureTimes: fc.array(fc.constantFrom(1, 60_000, 3_600_000), { maxLength: 2 }),
  copies: fc.uniqueArray(
    fc.record({
      place: fc.constantFrom(...everywhere, 'gone'),
      newest: fc.constant('v2'),
      verified: fc.option(fc.record({ version: fc.constantFrom('v1', 'v2'), seen: time, time })),
    }),
    { selector: ({ place }) => place },
  ),
})
const someFacts = fc
  .record({
    items: fc.array(fc.tuple(fc.constantFrom(...ids, 'gone/item'), someItem), { maxLength: 4 }),
    people: fc.array(
      fc.tuple(
        fc.constantFrom('filling', 'packing', 'gone'),
        fc.record({ time, milliseconds: fc.constantFrom(1, 3_600_000) }),
      ),
      { maxLength: 2 },
    ),
    read: fc.array(
      fc.tuple(
        fc.constantFrom('local', 'away', 'gone'),
        fc.record({
          readWhole: fc.option(time),
          damage: fc.option(
            fc.record({ found: time, errors: fc.constant(2), without: fc.subarray(['plc/program', 'gone/item']) }),
          ),
        }),
      ),
      { maxLength: 2 },
    ),
  })
  .map(({ items, people, read }) =>
    factsWith(Object.fromEntries(items), { rehearsals: new Map(people), places: new Map(read) }),
  )

test('a verdict always says why: FAIL by a finding too, PROVEN nothing', () => {
  const causes = new Set([
    'no-version',
    'no-copy',
    'no-surviving-copy',
    'stale',
    'mtdl-infeasible',
    'interval-breaks-mtdl',
    'mtd-exceeded',
  ])
  fc.assert(
    fc.property(someFacts, facts => {
      const { processes, findings } = judge(shared, facts)
      for (const { id, verdict, reasons } of processes) {
        assert.equal(reasons.length === 0, verdict === 'PROVEN', id)
        if (verdict !== 'FAIL') continue
        const about = new Set([
          id,
          ...(createJudge(shared)
            .index.needsOf.get(id)
            ?.items.map(item => item.id) ?? []),
        ])
        const told = findings.filter(({ code, subject }) => causes.has(code) && about.has(subject))
        assert.ok(told.length > 0, `${id}: ${reasons.join('; ')}`)
      }
    }),
    { numRuns: 400 },
  )
})

test('judging again, while facts and clock change to the millisecond, gives what judging from scratch gives', () => {
  const jump = fc.constantFrom(
    0,
    1,
    2,
    300_000,
    300_001,
    3_600_000,
    3_600_001,
    7_200_000,
    691_200_000,
    -1,
    -3_600_000,
    86_400_000,
  )
  const step = fc.record({
    jumps: fc.array(jump, { minLength: 1, maxLength: 4 }),
    change: someFacts,
    only: fc.constantFrom('all', 'items', 'places', 'rehearsals'),
  })
  const plain = (facts: Facts, of: ReturnType<typeof judge>) =>
    JSON.parse(JSON.stringify({ ...of, ranking: of.ranking(), now: facts.now }))
  fc.assert(
    fc.property(someFacts, fc.array(step, { maxLength: 5 }), (start, changes) => {
      const again = createJudge(shared)
      let facts = start
      for (const { jumps, change, only } of changes) {
        for (const milliseconds of jumps) {
          facts = { ...facts, now: facts.now.add({ milliseconds }) }
          assert.deepEqual(plain(facts, again.judge(facts)), plain(facts, judge(shared, facts)))
        }
        facts = only === 'all' ? { ...change, now: facts.now } : { ...facts, [only]: change[only] }
      }
    }),
    { numRuns: 300 },
  )
})

test('what has no copy left does not come back in any time; what is not lost needs none', () => {
  const site = plant(`mtdl: 8d, mtd: 8h, needs: [plc, hmi], ${steps}`, [
    `id: plc, kind: plc, ${program}`,
    `id: hmi, kind: hmi, domain: office, ${program}`,
  ])
  const facts = factsWith({ 'plc/program': soundItem([]), 'hmi/program': soundItem(everywhere) })
  const found = verdictOf(site, facts).scenarios.map(one => [one.scenario, one.time !== null, one.restorable])
  const of = (scenario: string) => found.find(([name]) => name === scenario)?.slice(1)
  assert.deepEqual(of('device'), [true, false])
  assert.deepEqual(of('node'), [false, true])
  assert.deepEqual(of('domain:office'), [true, true])
  assert.deepEqual(of('site'), [true, false])
})
