import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ago, factsWith, siteFrom, soundItem, testNow } from '../../../lab/test-facts.ts'
import type { Acknowledgement } from '../../policy/facts.ts'
import type { JudgedFinding } from '../../policy/finding.ts'
import { createJudge } from '../../policy/judge.ts'
import type { Judged } from '../site-node.ts'
import { chooseFindings, findFindings, seenCounts, seenFindings } from './find-findings.ts'
import { digestInSlices, findingDigest } from './finding-digest.ts'
import { plantRows } from './plant-rows.ts'
import { everywhere, type Sight, sightInto } from './sight.ts'

const zones = ['cell-a', 'cell-b', 'cell-c', 'operations']
// some begin alike
const names = ['plc', 'plc-2', 'plc2', 'robot', 'robot-10', 'filling', 'hmi', 'switch']
const site = siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [${zones.map((zone, at) => `{ id: ${zone}, level: ${at === 3 ? 3 : 1} }`).join(', ')}]
node: { zone: operations }
processes:
  - { id: mixing, data: configuration, mtdl: 8d, mtd: 8h, needs: [plc, robot] }
  - { id: packing, data: configuration, needs: [filling, hmi] }
assets:
${names
  .map((id, at) => {
    const items = [1, 2, 3].map(item => `{ id: item-${item}, kind: program, via: ftp }`)
    return `  - { id: ${id}, kind: plc, zone: ${zones[at % 3]}, items: [${items.join(', ')}] }`
  })
  .join('\n')}
places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
`)

/** Every second item was read; some of what is found is acknowledged. */
function judgedPlant(): Judged {
  const judge = createJudge(site)
  const read = judge.index.items.filter((_, at) => at % 2 === 0)
  const facts = factsWith(Object.fromEntries(read.map(({ id }) => [id, soundItem(['local'], { drills: [] })])))
  const found = judge.judge(facts).findings.filter((_, at) => at % 5 === 0)
  const acknowledgements = found.map(({ code, subject, severity }): Acknowledgement => {
    const until = testNow.add(Temporal.Duration.from('PT48H'))
    return { code, subject, severity, reason: 'known', actor: 'jo', time: ago('PT1H'), until }
  })
  const judgement = judge.judge({ ...facts, acknowledgements })
  return { site, index: judge.index, facts, judgement, number: 1 }
}

const assetOf = (subject: string) => subject.replace(/\/.*/, '')
const isOpen = ({ acknowledged }: JudgedFinding) => acknowledged === null

test('the digest says of all findings what looking at each says', () => {
  const judged = judgedPlant()
  const { findings } = judged.judgement
  const { heads, counts, openOf, borne } = findingDigest(judged)
  assert.ok(findings.length > 60 && borne.length > 10)
  assert.deepEqual(
    heads,
    findings.map(({ subject }) => assetOf(subject)),
  )
  assert.deepEqual(
    borne,
    findings.filter(one => !isOpen(one)),
  )
  const open = findings.filter(isOpen)
  assert.deepEqual(
    Object.fromEntries(openOf),
    Object.fromEntries([...Map.groupBy(open, one => assetOf(one.subject))].map(([of, own]) => [of, own.length])),
  )
  for (const severity of ['high', 'medium', 'low'] as const) {
    const own = findings.filter(one => one.severity === severity)
    assert.deepEqual([counts.severities[severity], counts.open[severity]], [own.length, own.filter(isOpen).length])
  }
  for (const { facts } of plantRows(judged).assets) {
    assert.equal(facts.findings, open.filter(one => assetOf(one.subject) === facts.id).length, facts.id)
  }
})

test('made in slices it is the same, and none of them holds more than it may', () => {
  const whole = findingDigest(judgedPlant())
  for (const slice of [1, 7, 1_000]) {
    const judged = judgedPlant()
    const slices = [...digestInSlices(judged, slice)].length
    assert.equal(slices, Math.ceil(judged.judgement.findings.length / slice) - 1)
    assert.deepEqual(findingDigest(judged), whole)
  }
})

test('who sees some zones sees the findings of what is in them, counted, and no word of the others', () => {
  const judged = judgedPlant()
  fc.assert(
    fc.property(fc.subarray(zones), some => {
      const sees = sightInto(some)
      const seen = seenFindings(judged, sees)
      for (const one of judged.judgement.findings) {
        const asset = judged.index.assets.get(assetOf(one.subject))
        if (asset !== undefined) {
          assert.equal(seen.includes(one), sees(asset.zone), `${one.code} ${one.subject}`)
        }
      }
      for (const one of seen.filter(({ subject }) => judged.index.needsOf.has(subject))) {
        const words = `${JSON.stringify(one.facts)} ${one.remedy}`
        for (const { id, zone } of judged.index.needsOf.get(one.subject)?.assets ?? []) {
          if (!sees(zone)) assert.ok(!words.includes(id), `${one.subject} tells of ${id}`)
        }
      }
      const { severities, acknowledged } = seenCounts(judged, sees)
      const page = findFindings(judged, { acknowledged: 'all', limit: 500 }, sees)
      assert.deepEqual([page.severities, page.acknowledged, page.total], [severities, acknowledged, seen.length])
      assert.equal(acknowledged, seen.filter(one => !isOpen(one)).length)
    }),
    { numRuns: 40 },
  )
  assert.equal(seenFindings(judged, everywhere), judged.judgement.findings)
})

test('a word chooses what begins with it as a whole, and no neighbour', () => {
  const judged = judgedPlant()
  const { findings } = judged.judgement
  for (const word of names) {
    const wanted = findings.filter(({ subject }) => subject === word || subject.startsWith(`${word}/`))
    const needed = new Set(judged.index.needsOf.get(word)?.assets.map(({ id }) => id))
    const also = findings.filter(({ subject }) => needed.has(assetOf(subject)))
    assert.deepEqual(new Set(chooseFindings(judged, [word])), new Set([...wanted, ...also]), word)
  }
  const sees: Sight = sightInto(['cell-b'])
  assert.throws(() => findFindings(judged, { of: 'plc', acknowledged: 'all', limit: 9 }, sees), /plc/)
})
