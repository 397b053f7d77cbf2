import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Class, classes, dutiesOf } from '../class.ts'
import type { ItemFacts } from '../facts.ts'
import { survives } from '../scenario.ts'
import { type Deficit, type DeficitScope, deficitOf, placesById } from './deficit.ts'
import { assets, copiesIn, factsOf, now, plant } from './test-plant.ts'

const two =
  'items: [{ id: program, kind: program, via: files, options: {} }, { id: recipes, kind: recipes, via: files, options: {} }]'
const site = plant({ assets: assets.replace(/items: \[[^\]]*\]/, two) })
const places = placesById(site.places)
const asset = (id: string) => {
  const found = site.assets.find(one => one.id === id)
  assert.ok(found)
  return found
}
const [plc, hmi, scale] = [asset('plc'), asset('hmi'), asset('scale')]
const scope = (items: Record<string, ItemFacts>, counts = () => true) => ({ facts: factsOf(items), places, counts })
const deficit = (of: (typeof site.assets)[number], cls: Class | null, within: DeficitScope): Deficit => {
  const found = deficitOf([of], () => cls, within)
  assert.ok(found)
  return found
}
const ofHmi = (known: ItemFacts, cls: Class | null = 'high') => deficit(hmi, cls, scope({ 'hmi/program': known }))
const ago = (days: number) => now.subtract({ hours: days * 24 })

const cases: [string, ItemFacts, number][] = [
  ['restored within its period, with a copy on a medium that is offline', copiesIn(['local', 'safe'], ago(10)), 1],
  ['restored within its period, with a copy that is locked', copiesIn(['vault'], ago(10)), 1],
  ['restored within its period, all copies online and deletable', copiesIn(['local', 'nas'], ago(10)), 2],
  ['restored to the day within its period', copiesIn(['local'], ago(183)), 2],
  ['restored too long ago', copiesIn(['safe'], ago(184)), 3],
  ['verified, never restored', copiesIn(['local', 'safe']), 3],
  ['restored, and no copy verified since', copiesIn(['local?'], ago(10)), 4],
  ['copies that were never read back', copiesIn(['local?', 'safe?']), 4],
  ['an offline copy that was never read back shields nothing', copiesIn(['local', 'safe?'], ago(10)), 2],
  ['no copy', copiesIn([], ago(10)), 5],
  ['a copy in a place that the site does not have', copiesIn(['gone'], ago(10)), 5],
]

for (const [name, known, score] of cases) {
  test(`D is ${score}: ${name}`, () => assert.equal(ofHmi(known).score, score))
}

test('the class says how long a restore counts', () => {
  const known = copiesIn(['local'], ago(100))
  assert.deepEqual(
    [...classes, null].map(cls => ofHmi(known, cls).score),
    [3, 2, 2, 2, 2],
  )
})

test('a restore that failed proves nothing', () => {
  const known = copiesIn(['local'], ago(10))
  const failed = { ...known, drills: known.drills.map(drill => ({ ...drill, passed: false })) }
  assert.equal(ofHmi(failed).score, 3)
})

test('an item that was never captured has no copy, and an asset without items neither', () => {
  assert.deepEqual([deficit(hmi, null, scope({})).score, deficit(scale, null, scope({})).worst], [5, null])
  assert.equal(deficit(scale, null, scope({})).score, 5)
})

test('an asset is as bad as its worst item, which is told with why', () => {
  const items = { 'plc/program': copiesIn(['local', 'safe'], ago(10)), 'plc/recipes': copiesIn(['nas']) }
  const { score, worst, alike } = deficit(plc, 'high', scope(items))
  assert.deepEqual([score, alike], [3, 0])
  assert.deepEqual(worst, {
    item: 'plc/recipes',
    score: 3,
    verified: ['nas'],
    shielded: [],
    unverified: [],
    restored: null,
  })
})

test('where a sample is enough, the restore of one item stands for its asset, each with a verified copy of its own', () => {
  const items = { 'plc/program': copiesIn(['local'], ago(10)), 'plc/recipes': copiesIn(['local']) }
  assert.equal(deficit(plc, 'medium', scope(items)).score, 3)
  assert.equal(deficit(plc, 'low', scope(items)).score, 2)
  const bare = { ...items, 'plc/recipes': copiesIn(['local?']) }
  assert.equal(deficit(plc, 'low', scope(bare)).score, 4)
})

test('for a common cause, copies that it takes count as none', () => {
  const items = { 'hmi/program': copiesIn(['local', 'vault'], ago(10)) }
  const without = (loss: Parameters<typeof survives>[2]) =>
    deficit(hmi, 'high', { ...scope(items), counts: place => survives(site, place, loss) })
  assert.equal(without({ kind: 'device' }).score, 1)
  assert.equal(without({ kind: 'zone', zone: 'cell-a' }).score, 2)
  assert.equal(without({ kind: 'domain', domain: 'vault' }).score, 2)
  assert.equal(without({ kind: 'domain', domain: 'node' }).score, 1)
  const only = { ...scope({ 'hmi/program': copiesIn(['vault'], ago(10)) }), counts: () => false }
  assert.equal(deficit(hmi, 'high', only).score, 5)
})

test('of several assets the worst counts, and how many more items are as bad is told', () => {
  const known = {
    'plc/program': copiesIn(['local']),
    'plc/recipes': copiesIn(['local']),
    'hmi/program': copiesIn(['local']),
  }
  const worst = deficitOf([plc, hmi], () => null, scope(known))
  assert.deepEqual([worst?.score, worst?.asset, worst?.alike], [3, 'plc', 2])
  assert.equal(
    deficitOf([], () => null, scope({})),
    null,
  )
})

const names = ['local', 'nas', 'safe', 'vault']
const copies = fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), verified: fc.boolean() }), {
  selector: one => one.name,
})
const drilled = fc.option(fc.integer({ min: 0, max: 800 }), { nil: null })
const anyClass = fc.constantFrom(...classes, null)
const known = (held: readonly { name: string; verified: boolean }[], days: number | null) =>
  copiesIn(
    held.map(({ name, verified }) => (verified ? name : `${name}?`)),
    days === null ? null : ago(days),
  )

test('losing a copy never improves D, and adding one never worsens it', () => {
  fc.assert(
    fc.property(copies, drilled, anyClass, fc.nat(), (held, days, cls, pick) => {
      const fewer = held.filter((_, index) => index !== pick % Math.max(1, held.length))
      assert.ok(ofHmi(known(fewer, days), cls).score >= ofHmi(known(held, days), cls).score)
    }),
  )
})

test('verifying a copy never worsens D', () => {
  fc.assert(
    fc.property(copies, drilled, anyClass, (held, days, cls) => {
      const all = held.map(one => ({ ...one, verified: true }))
      assert.ok(ofHmi(known(all, days), cls).score <= ofHmi(known(held, days), cls).score)
    }),
  )
})

test('the period of every class is kept to the millisecond', () => {
  for (const cls of classes) {
    const last = now.subtract(dutiesOf(cls).drillEvery)
    assert.equal(ofHmi(copiesIn(['local'], last), cls).score, 2)
    assert.equal(ofHmi(copiesIn(['local'], last.subtract({ milliseconds: 1 })), cls).score, 3)
  }
})
