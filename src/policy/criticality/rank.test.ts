import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scores } from '../../site/site.ts'
import { classes } from '../class.ts'
import type { ItemFacts } from '../facts.ts'
import { causeWords } from './cause-words.ts'
import { compareCauses, createRanking, type Ordered } from './rank.ts'
import { assets, copiesIn, factsOf, judged, modes, now, plant } from './test-plant.ts'

const more = `${modes}  - { asset: scale, mode: cpu-dead, severity: { production: 5 } }
  - { asset: pump, mode: cpu-dead, severity: { safety: 2 } }
`
const { index, criticality } = judged(plant({ modes: more }))
const rank = createRanking(index, criticality)
const sound = copiesIn(['local', 'safe'], now)
const ranked = (items: Record<string, ItemFacts> = {}, slackOf: (asset: string) => number | null = () => null) =>
  rank(factsOf(items), slackOf).causes

test('the order is class, S, P, D, slack and id, common causes among the modes', () => {
  assert.deepEqual(
    ranked().map(({ id, class: cls, s, p, d }) => `${id} ${cls} ${s}${p}${d}`),
    [
      'scale:cpu-dead high 535',
      'zone:cell-b high 525',
      'domain:cell-accounts high 435',
      'plc:battery-lost high 435',
      'zone:cell-a high 435',
      'hmi:ransomware medium 335',
      'pump:cpu-dead medium 235',
      'zone:alone low 215',
    ],
  )
})

test('among equals the greater deficit comes first, then the smaller slack; a slack that is not known comes last', () => {
  const before = ranked({ 'plc/program': sound, 'hmi/program': sound }).map(({ id, d }) => `${id} ${d}`)
  assert.deepEqual(before.slice(2, 5), ['zone:cell-a 1', 'domain:cell-accounts 1', 'plc:battery-lost 1'].sort())
  const slack = (asset: string) => (asset === 'hmi' ? 7 : asset === 'plc' ? 9 : null)
  const after = ranked({ 'plc/program': sound, 'hmi/program': sound }, slack)
  assert.deepEqual(
    after.slice(2, 5).map(one => `${one.id} ${one.slack}`),
    ['domain:cell-accounts 7', 'zone:cell-a 7', 'plc:battery-lost 9'],
  )
  assert.equal(after[0]?.slack, null)
})

test('a common cause takes the copies that lie in it', () => {
  const inVault = copiesIn(['vault'], now) // which stands in cell-a
  const found = new Map(ranked({ 'plc/program': inVault, 'hmi/program': inVault }).map(one => [one.id, one]))
  assert.equal(found.get('plc:battery-lost')?.d, 1)
  assert.equal(found.get('zone:cell-a')?.d, 5)
  assert.equal(found.get('domain:cell-accounts')?.d, 1)
  assert.deepEqual(found.get('zone:cell-a')?.deficit.alike, 1)
})

test('the matrix holds what the list holds, cell by cell, and assets without modes are told', () => {
  const { matrix, causes, withoutModes } = rank(factsOf({}), () => null)
  assert.ok(causes.some(({ kind }) => kind === 'zone') && causes.some(({ kind }) => kind === 'domain'))
  for (const { s, p, ids } of matrix)
    assert.deepEqual(
      ids,
      causes.filter(one => one.s === s && one.p === p).map(({ id }) => id),
    )
  assert.deepEqual(withoutModes, ['drive'])
})

test('a ranking is plain data', () => {
  const ranking = rank(factsOf({ 'plc/program': sound }), () => null)
  assert.deepEqual(JSON.parse(JSON.stringify(ranking)), ranking)
})

test('the words of a cause name what made each score', () => {
  const all = ranked({ 'plc/program': copiesIn(['local']), 'hmi/program': sound })
  const words = (id: string) => {
    const cause = all.find(one => one.id === id)
    assert.ok(cause)
    return causeWords(cause)
  }
  assert.deepEqual(words('plc:battery-lost'), {
    s: 'a process stops beyond its MTD (production)',
    of: 'service life not stated, no failure in five years',
    oc: 'conduit from operations (level 3: ftp)',
    d: 'plc/program is verified in local, never restored',
  })
  assert.deepEqual(
    words('hmi:ransomware').d,
    'hmi/program is verified in local, safe, restored on 2026-11-23, out of reach in safe',
  )
  assert.equal(words('scale:cpu-dead').d, 'nothing of scale is backed up')
  assert.match(words('zone:cell-a').s, / by plc:battery-lost; it takes 2 assets at once$/)
  assert.equal(words('zone:cell-a').oc, 'zone cell-a: conduit from operations (level 3: ftp)')
})

test('the words of a weakness say what it adds to the reachability, or why it does not count', () => {
  const weak = (id: string) => assets.replace(`id: ${id}, `, `id: ${id}, exposure: [open-writes, obsolete], `)
  const oc = (id: string) => {
    const exposed = judged(plant({ assets: weak(id), modes: more }))
    const all = createRanking(exposed.index, exposed.criticality)(factsOf({}), () => null).causes
    const cause = all.find(one => one.kind === 'mode' && one.asset === id)
    assert.ok(cause)
    return causeWords(cause).oc
  }
  assert.equal(oc('plc'), 'reachability 3, conduit from operations (level 3: ftp); open-writes 3, obsolete 4')
  assert.equal(oc('pump'), 'no conduit leads in, and nothing else stands there; not counted: open-writes, obsolete')
})

const score = fc.constantFrom(...scores)
const slack = fc.option(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), { nil: null })
const ordered: fc.Arbitrary<Ordered> = fc.record({
  id: fc.constantFrom('a:x', 'a:y', 'b:x', 'zone:x', 'domain:x'),
  kind: fc.constantFrom('mode', 'zone', 'domain'),
  class: fc.constantFrom(...classes),
  ...{ s: score, p: score, d: score, slack },
})
const key = (one: Ordered) => JSON.stringify([one.class, one.s, one.p, one.d, String(one.slack), one.id, one.kind])

test('the order is total: antisymmetric, transitive, and equal for the same alone', () => {
  fc.assert(
    fc.property(ordered, ordered, ordered, (a, b, c) => {
      assert.equal(Math.sign(compareCauses(a, b)), 0 - Math.sign(compareCauses(b, a)))
      assert.equal(compareCauses(a, a), 0)
      if (compareCauses(a, b) === 0) assert.equal(key(a).replace('-0', '0'), key(b).replace('-0', '0'))
      if (compareCauses(a, b) <= 0 && compareCauses(b, c) <= 0) assert.ok(compareCauses(a, c) <= 0)
    }),
    { numRuns: 2000 },
  )
})

test('the order does not depend on the order in which the causes come', () => {
  const several = fc.uniqueArray(ordered, { selector: one => key(one).replace('-0', '0'), maxLength: 12 })
  const shuffled = several.chain(list =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  )
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      assert.deepEqual(other.sort(compareCauses), list.toSorted(compareCauses))
    }),
  )
})

test('a register in another order is ranked the same', () => {
  const [first = '', ...lines] = more.trimEnd().split('\n')
  const turned = judged(plant({ modes: `${[first, ...lines.reverse()].join('\n')}\n` }))
  assert.deepEqual(createRanking(turned.index, turned.criticality)(factsOf({}), () => null).causes, ranked())
})

const holdings = fc.uniqueArray(fc.constantFrom('local', 'nas', 'safe', 'vault', 'local?', 'safe?'), {
  selector: name => name.replace('?', ''),
})

test('adding a copy never worsens a deficit, losing one never improves it, and neither changes a class', () => {
  fc.assert(
    fc.property(holdings, holdings, fc.boolean(), fc.nat(), (plc, hmi, restored, pick) => {
      const time = restored ? now : null
      const of = (held: string[]) =>
        new Map(
          ranked({ 'plc/program': copiesIn(held, time), 'hmi/program': copiesIn(hmi, time) }).map(one => [one.id, one]),
        )
      const fewer = of(plc.filter((_, at) => at !== pick % Math.max(1, plc.length)))
      for (const [id, one] of of(plc)) {
        assert.ok((fewer.get(id)?.d ?? 0) >= one.d, id)
        assert.equal(fewer.get(id)?.class, one.class)
      }
    }),
  )
})
