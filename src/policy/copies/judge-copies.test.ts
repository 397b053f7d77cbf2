import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ago, copyIn, readWhole, siteFrom, soundItem } from '../../../lab/test-facts.ts'
import { type Class, classes } from '../class.ts'
import type { CopyFacts, ItemFacts, PlaceFacts } from '../facts.ts'
import { compareFindings, type Finding } from '../finding.ts'
import { lossName } from '../scenario.ts'
import { indexSite } from '../site-index.ts'
import { copyFindings } from './copy-findings.ts'
import { unmetOf } from './copy-terms.ts'
import { type CopyJudgement, createCopyJudge } from './judge-copies.ts'

const places = {
  local: 'medium: disk, location: plant, domain: node',
  second: 'medium: disk, location: plant, domain: node, machine: node',
  nas: 'medium: disk, location: plant, domain: storage, machine: nas',
  twin: 'medium: disk, location: plant, domain: storage, machine: twin',
  tape: 'medium: tape, location: plant, domain: storage, machine: nas',
  shelf: 'medium: removable, location: plant, domain: shelf, online: false, lag: 7d',
  safe: 'medium: removable, location: bank safe, domain: safe, online: false, offsite: true, lag: 7d',
  cloud: 'medium: cloud, location: Lyon, domain: cloud, offsite: true',
  vault: 'medium: disk, location: Lyon, domain: vault, offsite: true, locked: 30d',
}
type PlaceName = keyof typeof places
const names = Object.keys(places) as PlaceName[]

function indexOf(chosen: readonly PlaceName[]) {
  const lines = chosen.map(id => `  - { id: ${id}, via: local, options: { path: ./${id} }, ${places[id]} }`)
  return indexSite(
    siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
node: { zone: cell, domain: node }
processes:
  - { id: filling, data: configuration, needs: [plc] }
assets:
  - id: plc
    kind: plc
    zone: cell
    items:
      - { id: program, kind: program, via: files }
places:
${lines.join('\n')}
`),
  )
}

const whole = indexOf(names)
const [of] = whole.items
assert.ok(of)

function placeFacts(errors: Partial<Record<PlaceName, number>> = {}): ReadonlyMap<string, PlaceFacts> {
  return new Map(Object.entries(errors).map(([id, count]) => [id, readWhole(ago('PT24H'), count)]))
}

function judge(copies: readonly PlaceName[], cls: Class | null = 'medium', more: Partial<ItemFacts> = {}, errors = {}) {
  assert.ok(of)
  return createCopyJudge(whole)(of, soundItem(copies, more), cls, placeFacts(errors))
}

const open = (judgement: CopyJudgement) =>
  unmetOf(judgement.terms).map(({ term, has, needs }) => `${term} ${has}/${needs}`)

interface Case {
  readonly why: string
  readonly in: readonly PlaceName[]
  readonly rule?: '3-2-1-1-0'
  /** The terms that are not met; none: the rule is. */
  readonly open: readonly string[]
  readonly errors?: Partial<Record<PlaceName, number>>
}

const cases: readonly Case[] = [
  { why: 'the device is one copy, a disk the second', in: ['local'], open: ['copies 2/3', 'media 1/2', 'offsite 0/1'] },
  { why: 'device, disk and safe: three copies, two media, one off site', in: ['local', 'safe'], open: [] },
  { why: 'two disks are one medium', in: ['local', 'vault'], open: ['media 1/2'] },
  { why: 'two media, but both on the premises', in: ['local', 'shelf'], open: ['offsite 0/1'] },
  {
    why: 'two folders of the node are lost together: one copy',
    in: ['local', 'second'],
    open: ['copies 2/3', 'media 1/2', 'offsite 0/1'],
  },
  {
    why: 'disk and tape of one machine are one copy and one medium',
    in: ['nas', 'tape'],
    open: ['copies 2/3', 'media 1/2', 'offsite 0/1'],
  },
  { why: 'the node beside that machine makes them two media', in: ['nas', 'tape', 'local'], open: ['offsite 0/1'] },
  { why: 'a safe is off site and offline at once', rule: '3-2-1-1-0', in: ['local', 'safe'], open: [] },
  {
    why: 'the cloud is online and not locked',
    rule: '3-2-1-1-0',
    in: ['local', 'cloud'],
    open: ['offline-or-locked 0/1'],
  },
  { why: 'a lock is as good as being offline', rule: '3-2-1-1-0', in: ['shelf', 'vault'], open: [] },
  { why: 'one copy off site, another one offline', rule: '3-2-1-1-0', in: ['shelf', 'cloud'], open: [] },
  {
    why: 'errors where a copy is needed',
    rule: '3-2-1-1-0',
    in: ['local', 'safe'],
    errors: { safe: 2 },
    open: ['errors 2/0'],
  },
  {
    why: 'errors where none is needed: the others are enough',
    rule: '3-2-1-1-0',
    in: ['local', 'safe', 'nas'],
    errors: { nas: 2 },
    open: [],
  },
  { why: '3-2-1 does not ask for errors', in: ['local', 'safe'], errors: { safe: 2 }, open: [] },
  { why: 'no copy but what the device holds', in: [], open: ['copies 1/3', 'media 0/2', 'offsite 0/1'] },
]

test('3-2-1 and 3-2-1-1-0, case by case', () => {
  for (const { why, in: copies, rule, open: expected, errors = {} } of cases) {
    const judgement = judge(copies, rule === undefined ? 'medium' : 'high', {}, errors)
    assert.deepEqual(open(judgement), expected, why)
    assert.equal(judgement.met, expected.length === 0, why)
  }
})

test('the class chooses the rule; without one it is that of medium', () => {
  assert.deepEqual(
    [...classes, null].map(cls => judge([], cls).rule),
    ['3-2-1-1-0', '3-2-1-1-0', '3-2-1', '3-2-1', '3-2-1'],
  )
})

test('what was never read back is no copy, and what no place of the site holds neither', () => {
  const unverified: CopyFacts = { place: 'safe', newest: 'v2', verified: null }
  const judgement = judge([], 'medium', { copies: [copyIn('local'), unverified, copyIn('removed-from-site-yaml')] })
  assert.deepEqual(open(judgement), ['copies 2/3', 'media 1/2', 'offsite 0/1'])
  assert.deepEqual(
    judgement.copies.map(({ place }) => place),
    ['local'],
  )
  assert.deepEqual(judgement.unverified, ['safe'])
})

test('a device that was never read is no copy', () => {
  const of = { latest: null, lastConfirmed: null }
  assert.deepEqual(open(judge(['local', 'safe'], 'medium', of)), ['copies 2/3'])
})

test('for each scenario it is told what would be left, the one that loses least first', () => {
  const copies = [
    copyIn('local', { seen: ago('PT10M') }),
    copyIn('safe', { version: 'v1', seen: ago('PT168H') }),
    copyIn('nas', { seen: ago('PT1H') }),
  ]
  const left = new Map(
    judge([], 'medium', { copies }).scenarios.map(one => [lossName(one.scenario), one.left.map(({ place }) => place)]),
  )
  assert.deepEqual(left.get('device'), ['local', 'nas', 'safe'])
  assert.deepEqual(left.get('node'), ['nas', 'safe'])
  assert.deepEqual(left.get('domain:storage'), ['local', 'safe'])
  assert.deepEqual(left.get('domain:safe'), ['local', 'nas'])
  assert.deepEqual(left.get('site'), ['safe'])
})

test('copies of one location and credential domain count one by one, and that is told', () => {
  assert.deepEqual(judge(['twin', 'nas', 'safe']).together, [['nas', 'twin']])
  assert.deepEqual(judge(['nas', 'tape']).together, [])
})

const subset = fc.subarray(names)
const someErrors = fc.dictionary(fc.constantFrom(...names), fc.nat(3))
const anyClass = fc.constantFrom(...classes, null)
const seen = fc.array(fc.nat(1000), { minLength: names.length, maxLength: names.length })

/** Every place with a copy, each with its own age. */
function copiesIn(chosen: readonly PlaceName[], minutes: readonly number[]): readonly CopyFacts[] {
  return chosen.map(place => copyIn(place, { seen: ago(`PT${minutes[names.indexOf(place)] ?? 0}M`) }))
}

test('a copy more, in whatever place, never opens a term but errors, and never makes a verdict or a scenario worse', () => {
  fc.assert(
    fc.property(subset, fc.constantFrom(...names), someErrors, anyClass, seen, (some, added, errors, cls, minutes) => {
      const fewer = some.filter(place => place !== added)
      const [before, after] = [fewer, [...fewer, added]].map(chosen =>
        judge([], cls, { copies: copiesIn(chosen, minutes) }, errors),
      )
      assert.ok(before && after)
      assert.ok(after.met || !before.met)
      assert.ok(unmetOf(after.terms).length <= unmetOf(before.terms).length)
      const closed = before.terms.filter(term => !unmetOf(before.terms).includes(term)).map(({ term }) => term)
      const opened = unmetOf(after.terms).filter(({ term }) => closed.includes(term))
      assert.ok(opened.every(({ term }) => term === 'errors'))
      after.scenarios.forEach(({ left: [best] }, index) => {
        const [was] = before.scenarios[index]?.left ?? []
        if (was !== undefined) assert.ok(best && Temporal.Instant.compare(best.seen, was.seen) >= 0)
      })
      const [found, less] = [after, before].map(one => severities(copyFindings(whole, one, soundItem([]), cls)))
      for (const [index, rank] of (found ?? []).entries()) {
        assert.ok(rank >= (less?.[index] ?? 9), 'no graver finding, and not one more')
      }
    }),
    { numRuns: 2000 },
  )
})

/** The gravest first: 0 high, 2 low. */
function severities(findings: readonly Finding[]): readonly number[] {
  return findings.toSorted(compareFindings).map(({ severity }) => ['high', 'medium', 'low'].indexOf(severity))
}

test('3-2-1-1-0 is met exactly where some of the copies meet it with no errors at all', () => {
  fc.assert(
    fc.property(subset, someErrors, (chosen, errors) => {
      const sound = chosen.filter(place => (errors[place] ?? 0) === 0)
      assert.equal(judge(chosen, 'high', {}, errors).met, judge(sound, 'high').met)
    }),
  )
})

test('the order in which facts come does not matter', () => {
  fc.assert(
    fc.property(subset, seen, (chosen, minutes) => {
      const copies = copiesIn(chosen, minutes)
      assert.deepEqual(judge([], 'high', { copies: copies.toReversed() }), judge([], 'high', { copies }))
    }),
  )
})
