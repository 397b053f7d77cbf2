import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ago, copyIn, factsWith, readWhole, siteFrom, soundItem, testNow } from '../../lab/test-facts.ts'
import type { Site } from '../site/site.ts'
import type { Facts, ItemFacts } from './facts.ts'
import { findingCodes } from './finding.ts'
import { createJudge, judge } from './judge.ts'
import type { Verdict } from './verdict/process-verdict.ts'

const item = 'plc/program'
const everywhere = ['local', 'vault', 'usb', 'away']

const text = `site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: cell, level: 2 }, { id: operations, level: 3 }]
conduits: [{ from: operations, to: cell, allow: [ftp] }]
node: { zone: operations }
processes:
  - id: filling
    data: configuration
    mtdl: 8d
    mtd: 8h
    needs: [plc]
    recovery: { detect: 5m, decide: 10m, isolate: 5m, keys: 5m, media: 10m, reconfigure: 10m, reissue: 5m, validate: 30m }
assets:
  - { id: plc, kind: plc, zone: cell, spare: { onSite: true, replace: 30m, leadTime: 2h }, items: [{ id: program, kind: program, via: ftp }] }
failureModes:
  - { asset: plc, mode: battery-lost, severity: { production: 2 } }
places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
  - { id: vault, via: local, options: { path: ./v }, medium: disk, location: plant, domain: vault, machine: vault, locked: 30d, lag: 10m }
  - { id: usb, via: local, options: { path: ./u }, medium: removable, location: safe, domain: usb, online: false, lag: 7d }
  - { id: away, via: local, options: { path: ./a }, medium: disk, location: other site, domain: away, machine: away, offsite: true, lag: 30m }
`

function plant(change: (text: string) => string = same => same): Site {
  return siteFrom(change(text))
}

function facts(of: Partial<ItemFacts> | null = {}, more: Partial<Facts> = {}): Facts {
  return factsWith(of === null ? {} : { [item]: soundItem(everywhere, of) }, more)
}

const rehearsed = new Map([['filling', { time: ago('PT48H'), milliseconds: 3_600_000 }]])
const codes = (site: Site, known: Facts) => judge(site, known).findings.map(({ code }) => code)
const verdict = (site: Site, known: Facts) => judge(site, known).processes[0]

test('without a rehearsal of the people the best is UNPROVEN', () => {
  const process = verdict(plant(), facts())
  assert.equal(process?.verdict, 'UNPROVEN')
  assert.deepEqual(process?.reasons, ['the human steps of the recovery were never rehearsed'])
})

test('PROVEN is reached with copies that survive everything, measured restores and a rehearsal', () => {
  const process = verdict(plant(), facts({}, { rehearsals: rehearsed }))
  assert.deepEqual([process?.verdict, process?.reasons], ['PROVEN', []])
})

test('what keeps a process from being proven is said', () => {
  const cases: [string, Site, Facts, RegExp][] = [
    ['no drill', plant(), facts({ drills: [] }), /not restored within the period of its class: plc\/program/],
    [
      'a drill too long ago',
      plant(),
      facts({ drills: [{ time: ago('PT9000H'), version: 'v2', passed: true, milliseconds: 1 }] }),
      /not restored within/,
    ],
    [
      'copies that were read back too long ago',
      plant(),
      facts({ copies: everywhere.map(place => copyIn(place, { time: ago('PT800H') })) }),
      /^not read back within the period of its class, or in a place with errors: plc\/program/,
    ],
    [
      'errors in every place',
      plant(),
      facts({}, { places: new Map(everywhere.map(place => [place, readWhole(ago('PT1H'), 5)])) }),
      /in a place with errors: plc\/program/,
    ],
    ['no MTDL', plant(t => t.replace('    mtdl: 8d\n', '')), facts(), /no MTDL is stated/],
    ['no MTD', plant(t => t.replace('    mtd: 8h\n', '')), facts(), /no MTD is stated/],
    [
      'steps that nobody stated',
      plant(t => t.replace('validate: 30m ', '').replace('reissue: 5m,', 'reissue: 5m')),
      facts(),
      /not known of the recovery time: validate/,
    ],
    [
      'a rehearsal too long ago',
      plant(),
      facts({}, { rehearsals: new Map([['filling', { time: ago('PT9000H'), milliseconds: 1 }]]) }),
      /not rehearsed within the period of its class/,
    ],
    ['nothing backed up', plant(t => t.replace(/, items: \[.*\] \}/, ' }')), facts(null), /nothing of what it needs/],
  ]
  for (const [name, site, known, reason] of cases) {
    const process = verdict(site, known)
    assert.equal(process?.verdict, 'UNPROVEN', name)
    assert.match(process?.reasons.join('\n') ?? '', reason, name)
  }
})

test('what breaks a process is said, and when', () => {
  const only = (places: readonly string[], of: Partial<ItemFacts> = {}) =>
    facts({ copies: places.map(p => copyIn(p)), ...of })
  const cases: [string, Site, Facts, RegExp][] = [
    ['never captured', plant(), facts(null), /^there is no verified copy of plc\/program$/],
    [
      'one place',
      plant(),
      only(['local']),
      /^no verified copy of plc\/program would be left if the site node is lost, the credential domain node is taken over, or the site is lost$/,
    ],
    [
      'nothing off site',
      plant(),
      only(['local', 'vault', 'usb']),
      /^no verified copy of plc\/program would be left if the site is lost$/,
    ],
    [
      'an old copy',
      plant(),
      facts({ copies: [copyIn('local'), copyIn('vault'), copyIn('away', { seen: ago('PT200H') })] }),
      /the newest copy of plc\/program that would be left if the site is lost is older than the MTDL allows/,
    ],
    [
      'an MTDL that cannot be held',
      plant(t => t.replace('mtdl: 8d', 'mtdl: 20m')),
      facts(),
      /the MTDL of plc\/program cannot be held if the site is lost, as the site is configured/,
    ],
    [
      'a slow restore',
      plant(),
      facts({ drills: [{ time: ago('PT1H'), version: 'v2', passed: true, milliseconds: 8 * 3_600_000 }] }),
      /if a device fails it takes at least 9h 50m to come back, 8h of it restore plc\/program; the MTD is 8h/,
    ],
    [
      'a long lead time',
      plant(t => t.replace('leadTime: 2h', 'leadTime: 6w')),
      facts(),
      /if the site is lost it takes at least 42d /,
    ],
  ]
  for (const [name, site, known, reason] of cases) {
    const process = verdict(site, known)
    assert.equal(process?.verdict, 'FAIL', name)
    assert.match(process?.reasons.join('\n') ?? '', reason, name)
  }
})

test('a scenario that is out of scope breaks nothing', () => {
  const scoped = plant(t => t.replace('needs: [plc]', 'needs: [plc]\n    scope: [device, node]'))
  const process = verdict(scoped, facts({ copies: [copyIn('local'), copyIn('vault')] }))
  assert.equal(process?.verdict, 'UNPROVEN')
})

test('the MTDL is kept to the moment, and counts from the reading', () => {
  const at = (seen: Temporal.Instant) =>
    verdict(plant(), facts({ lastConfirmed: seen, copies: everywhere.map(place => copyIn(place, { seen })) }))
  assert.equal(at(ago('PT192H'))?.verdict, 'UNPROVEN')
  assert.equal(at(ago('PT192H1S'))?.verdict, 'FAIL')
})

test('without an MTDL an item is fresh for two of its intervals', () => {
  const site = plant(t => t.replace('    mtdl: 8d\n', '').replace('via: ftp', 'via: ftp, every: 15m'))
  assert.equal(judge(site, facts({ lastConfirmed: ago('PT30M') })).items[0]?.fresh, true)
  assert.equal(judge(site, facts({ lastConfirmed: ago('PT31M') })).items[0]?.fresh, false)
})

test('work after a loss of the planned size counts in the time', () => {
  const site = plant(t => t.replace('needs: [plc]', 'needs: [plc]\n    afterLoss: { fixed: 10m, perLostHour: 2m }'))
  const [device] = verdict(site, facts())?.scenarios ?? []
  const planned = device?.loss ?? 0
  const part = device?.time?.critical.find(({ what }) => what.startsWith('work after'))
  assert.equal(part?.milliseconds, Math.round(600_000 + (planned / 3_600_000) * 120_000))
})

test('what changed while no version is approved is graver than what did not, but for histories, which change by themselves', () => {
  const found = (kind: string) => {
    const site = plant(text => text.replace('kind: program', `kind: ${kind}`))
    const { findings } = judge(site, facts({ approved: null, changedFrom: 'v1' }))
    const own = findings.find(({ code }) => code === 'not-approved')
    return [own?.severity, own?.facts.changedFrom, own?.remedy.includes('diff plc/program v1 latest')]
  }
  assert.deepEqual(found('program'), ['medium', 'v1', true])
  assert.deepEqual(found('database'), ['low', undefined, false])
})

test('each gap is a finding, and closes by itself when its fact changes', () => {
  const failure = { time: ago('PT1M'), code: 'unreachable', message: 'plc/program: nobody answers' }
  const old = [{ time: ago('PT9000H'), version: 'v2', passed: true, milliseconds: 1 }]
  const cases: [Partial<ItemFacts>, Partial<Facts>, string][] = [
    [{ latest: null }, {}, 'no-version'],
    [{ latest: { version: 'v1', inRepository: false } }, {}, 'version-lost'],
    [{ lastConfirmed: ago('PT200H') }, {}, 'stale'],
    [{ failure }, {}, 'capture-failed'],
    [{ drifted: true }, {}, 'drifted'],
    [{ approved: null }, {}, 'not-approved'],
    [{ drills: [] }, {}, 'never-drilled'],
    [{ drills: old }, {}, 'drill-due'],
    [{ drills: [{ time: testNow, version: 'v2', passed: false, milliseconds: 1 }] }, {}, 'drill-failed'],
    [{ copies: [] }, {}, 'no-copy'],
    [{ copies: [copyIn('local')] }, {}, 'copies-missing'],
    [{ copies: [copyIn('local')] }, {}, 'no-surviving-copy'],
    [{}, { keyBesideData: true }, 'key-beside-data'],
    [{}, { recoveryKitOnDisk: true }, 'recovery-kit-on-disk'],
  ]
  const quiet = codes(plant(), facts())
  for (const [of, more, code] of cases) {
    const found = judge(plant(), facts(of, more)).findings.find(finding => finding.code === code)
    assert.ok(found, code)
    assert.ok(found.remedy.length > 10, `${code} says what closes it`)
    assert.ok(!quiet.includes(found.code), `${code} is there without its fact`)
  }
})

test('what a plant does not state is a finding with a question', () => {
  const missing: [string, string, RegExp][] = [
    ['    mtdl: 8d\n', 'mtdl-missing', /\?.*blackstart interview filling/],
    ['    mtd: 8h\n', 'mtd-missing', /\?.*blackstart interview filling/],
    ['validate: 30m', 'steps-missing', /\?.*blackstart interview filling/],
    [', spare: { onSite: true, replace: 30m, leadTime: 2h }', 'none', /./],
  ]
  for (const [line, code, remedy] of missing) {
    const site = plant(t => t.replace(line, '').replace('reissue: 5m,  }', 'reissue: 5m }'))
    const found = judge(site, facts()).findings.find(finding => finding.code === code)
    if (code === 'none') assert.equal(found, undefined)
    else assert.match(found?.remedy ?? '', remedy, code)
  }
})

test('the gravest findings come first, then by code and subject', () => {
  const { findings } = judge(plant(), facts({ approved: null, drills: [], drifted: true }))
  const ranks = findings.map(
    ({ severity, code, subject }) => `${['high', 'medium', 'low'].indexOf(severity)} ${code} ${subject}`,
  )
  assert.deepEqual(ranks, ranks.toSorted())
})

test('an acknowledgement bears a finding until its end, and not when it becomes graver', () => {
  const by = {
    ...{ code: 'not-approved', subject: item, severity: 'low' as const, reason: 'in commissioning', actor: 'anna' },
    ...{ time: ago('PT1H'), until: testNow.add({ hours: 1 }) },
  } as const
  const borne = (one: Facts['acknowledgements'][number], now = testNow) =>
    judge(plant(), facts({ approved: null }, { acknowledgements: [one], now })).findings.find(
      ({ code }) => code === 'not-approved',
    )?.acknowledged?.reason ?? null
  assert.equal(borne(by), 'in commissioning')
  assert.equal(borne(by, by.until), null)
  assert.equal(borne({ ...by, subject: 'plc/other' }), null)
  const drifted = judge(plant(), facts({ drifted: true }, { acknowledgements: [{ ...by, code: 'drifted' }] }))
  assert.equal(drifted.findings.find(({ code }) => code === 'drifted')?.acknowledged, null)
})

const verdicts: readonly Verdict[] = ['FAIL', 'UNPROVEN', 'PROVEN']
const placeNames = fc.constantFrom('local', 'vault', 'usb', 'away')
const someCopies = fc
  .uniqueArray(placeNames, { maxLength: 4 })
  .chain(places =>
    fc.tuple(
      ...places.map(place =>
        fc.integer({ min: 1, max: 400 }).map(hours => copyIn(place, { seen: ago(`PT${hours}H`) })),
      ),
    ),
  )

test('adding a copy never worsens a verdict, and losing one never improves it', () => {
  const site = plant()
  fc.assert(
    fc.property(
      someCopies,
      placeNames,
      fc.integer({ min: 1, max: 400 }),
      fc.boolean(),
      (copies, place, hours, people) => {
        const rehearsals = people ? rehearsed : new Map()
        const rank = (known: ItemFacts['copies']) => {
          const process = verdict(site, facts({ copies: known }, { rehearsals }))
          return [process?.verdict ?? 'FAIL', ...(process?.scenarios ?? []).map(one => one.verdict)].map(one =>
            verdicts.indexOf(one),
          )
        }
        const without = copies.filter(copy => copy.place !== place)
        const before = rank(without)
        const after = rank([...without, copyIn(place, { seen: ago(`PT${hours}H`) })])
        assert.ok(
          after.every((one, index) => one >= (before[index] ?? 0)),
          `${before} → ${after}`,
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('a tighter MTDL never gives a longer interval, nor a better verdict', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 20_000 }),
      someCopies,
      (a, b, copies) => {
        const [tight, wide] = [Math.min(a, b), Math.max(a, b)].map(minutes => {
          const judgement = judge(
            plant(t => t.replace('mtdl: 8d', `mtdl: ${minutes}m`)),
            facts({ copies }),
          )
          return {
            interval: judgement.items[0]?.schedule.interval.total('milliseconds') ?? 0,
            verdict: verdicts.indexOf(judgement.processes[0]?.verdict ?? 'FAIL'),
          }
        })
        assert.ok((tight?.interval ?? 0) <= (wide?.interval ?? 0))
        assert.ok((tight?.verdict ?? 0) <= (wide?.verdict ?? 0))
      },
    ),
    { numRuns: 200 },
  )
})

test('judging again gives what judging from scratch gives, whatever changed meanwhile', () => {
  const site = plant()
  const step = fc.record({
    minutes: fc.integer({ min: -300, max: 30_000 }),
    copies: someCopies,
    approved: fc.boolean(),
    rehearsed: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), steps => {
      const again = createJudge(site)
      let now = testNow
      for (const { minutes, copies, approved, rehearsed: people } of steps) {
        now = now.add({ minutes })
        const known = facts(
          { copies, approved: approved ? 'v2' : null },
          { now, rehearsals: people ? rehearsed : new Map() },
        )
        const { ranking: one, ...first } = again.judge(known)
        const { ranking: two, ...second } = judge(site, known)
        assert.deepEqual(JSON.parse(JSON.stringify(first)), JSON.parse(JSON.stringify(second)))
        assert.deepEqual(one(), two())
      }
    }),
    { numRuns: 100 },
  )
})

test('facts of a finding hold no ages: nothing changes while only the clock ticks', () => {
  const site = plant()
  const known = facts({ approved: null, drills: [], copies: [copyIn('local')] })
  const shown = (now: Temporal.Instant) => JSON.stringify(judge(site, { ...known, now }).findings)
  assert.equal(shown(testNow), shown(testNow.add({ minutes: 5 })))
})

test('every code is listed once', () => {
  assert.equal(new Set(findingCodes).size, findingCodes.length)
})
