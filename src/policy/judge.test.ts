import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { siteText } from '../../lab/test-site.ts'
import { parseSite } from '../site/parse-site.ts'
import type { Site } from '../site/site.ts'
import { type Facts, type ItemFacts, judge } from './judge.ts'

const item = 'plc/program'
const now = Temporal.Instant.from('2026-11-23T12:00:00Z')
const ago = (text: string) => now.subtract(Temporal.Duration.from(text))

/** A plant with one PLC, whose process bears a loss of an hour and a standstill of four. */
function plant(change: (text: string) => string = text => text): Site {
  const { site, problems } = parseSite(
    Buffer.from(change(siteText([{ id: item, path: './plc' }]))),
    new Map([['files', z.unknown()]]),
  )
  assert.ok(site, JSON.stringify(problems))
  return site
}

const sound: ItemFacts = {
  latest: { version: 'v2', inRepository: true },
  lastConfirmed: ago('PT10M'),
  failure: null,
  approved: 'v2',
  drifted: false,
  drill: { time: ago('PT24H'), passed: true, milliseconds: 60_000 },
}

function facts(of: Partial<ItemFacts> | null, more: Partial<Facts> = {}): Facts {
  const items = new Map(of === null ? [] : [[item, { ...sound, ...of }]])
  return { now, items, keyBesideData: false, recoveryKitOnDisk: false, ...more }
}

const codes = (site: Site, known: Facts) => judge(site, known).findings.map(({ code }) => code)
const verdict = (site: Site, known: Facts) => judge(site, known).processes[0]

test('the best that can be said is UNPROVEN, for nobody has rehearsed what people do', () => {
  const process = verdict(plant(), facts({}))
  assert.equal(process?.verdict, 'UNPROVEN')
  assert.ok(process?.reasons.includes('the human steps of the recovery were never rehearsed'))
  assert.deepEqual(codes(plant(), facts({})), ['single-place'])
})

test('a process fails with what it needs', () => {
  const cases: [string, Facts, RegExp][] = [
    ['never captured', facts(null), /plc\/program has never been captured/],
    ['captured without a version', facts({ latest: null }), /never been captured/],
    ['lost', facts({ latest: { version: 'v2', inRepository: false } }), /not in the repository any more/],
    ['read 61 minutes ago', facts({ lastConfirmed: ago('PT61M') }), /last read 61 min ago; the MTDL is 60 min/],
    [
      'slower to restore than the MTD',
      facts({ drill: { time: now, passed: true, milliseconds: 5 * 3_600_000 } }),
      /took 5 h; the MTD is 4 h/,
    ],
  ]
  for (const [name, known, reason] of cases) {
    const process = verdict(plant(), known)
    assert.equal(process?.verdict, 'FAIL', name)
    assert.match(process?.reasons.join('\n') ?? '', reason, name)
  }
})

test('the MTDL is kept to the minute, and counts from the reading', () => {
  assert.equal(verdict(plant(), facts({ lastConfirmed: ago('PT60M') }))?.verdict, 'UNPROVEN')
  assert.equal(judge(plant(), facts({ lastConfirmed: ago('PT60M') })).items[0]?.fresh, true)
  assert.equal(judge(plant(), facts({ lastConfirmed: ago('PT61M') })).items[0]?.fresh, false)
})

test('without an MTDL an item is fresh for two of its intervals', () => {
  const site = plant(text =>
    text.replace(' mtdl: 1h,', '').replace('{ path: "./plc" } }', '{ path: "./plc" }, every: 15m }'),
  )
  assert.equal(judge(site, facts({ lastConfirmed: ago('PT30M') })).items[0]?.fresh, true)
  assert.equal(judge(site, facts({ lastConfirmed: ago('PT31M') })).items[0]?.fresh, false)
  assert.ok(codes(site, facts({})).includes('mtdl-missing'))
})

test('each gap is a finding, and closes by itself when its fact changes', () => {
  const failure = { time: ago('PT1M'), code: 'unreachable', message: 'plc/program: nobody answers' }
  const cases: [Partial<ItemFacts>, Partial<Facts>, string][] = [
    [{ latest: null }, {}, 'no-version'],
    [{ latest: { version: 'v1', inRepository: false } }, {}, 'version-lost'],
    [{ lastConfirmed: ago('PT2H') }, {}, 'stale'],
    [{ failure }, {}, 'capture-failed'],
    [{ drifted: true }, {}, 'drifted'],
    [{ approved: null }, {}, 'not-approved'],
    [{ drill: null }, {}, 'never-drilled'],
    [{ drill: { time: now, passed: false, milliseconds: 1 } }, {}, 'drill-failed'],
    [{}, { keyBesideData: true }, 'key-beside-data'],
    [{}, { recoveryKitOnDisk: true }, 'recovery-kit-on-disk'],
  ]
  for (const [of, more, code] of cases) {
    const found = judge(plant(), facts(of, more)).findings.find(finding => finding.code === code)
    assert.ok(found, code)
    assert.ok(found.remedy.length > 10, `${code} says what closes it`)
    assert.ok(!codes(plant(), facts({})).includes(found.code))
  }
})

test('the gravest findings come first', () => {
  const { findings } = judge(plant(), facts({ approved: null, drill: null, drifted: true }))
  const ranks = findings.map(({ severity }) => ['high', 'medium', 'low'].indexOf(severity))
  assert.deepEqual(ranks, ranks.toSorted())
})

test('an asset that nothing is backed up of is a finding', () => {
  const site = plant(text =>
    text.replace('places:', '  - { id: drive-1, kind: drive, zone: cell, items: [] }\nplaces:'),
  )
  const found = judge(site, facts({})).findings.find(({ code }) => code === 'asset-without-items')
  assert.equal(found?.subject, 'drive-1')
})
