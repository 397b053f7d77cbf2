import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { sha256 } from '../crypto/sha256.ts'
import { chosenPacks, type DataSubset, parseDataSubset } from './data-subset.ts'

const names = Array.from({ length: 500 }, (_, i) => sha256(Buffer.of(i & 255, i >> 8)))
const packs = new Map(names.map((name, i) => [name, 1000 + i]))
const now = new Date('2026-11-24T12:00:00Z')
const random = (): number => 0.5
const day = 24 * 60 * 60_000

it('reads restic’s words and ours', () => {
  assert.deepEqual(parseDataSubset('2/5'), { kind: 'part', part: 2, of: 5 })
  assert.deepEqual(parseDataSubset('12.5%'), { kind: 'percent', percent: 12.5 })
  assert.deepEqual(parseDataSubset('3M'), { kind: 'bytes', bytes: 3 * 1024 * 1024 })
  assert.deepEqual(parseDataSubset('30d'), { kind: 'rotation', days: 30 })
  for (const text of ['0/5', '6/5', '1/257', '1/0', '0%', '101%', '0d', '99999d', '5 packs', '']) {
    assert.throws(() => parseDataSubset(text), { code: 'usage' })
  }
})

it('parts do not overlap, and together are everything', () => {
  const parts = [1, 2, 3, 4, 5, 6, 7].map(part => chosenPacks(packs, { kind: 'part', part, of: 7 }, now, random))
  assert.deepEqual(parts.flatMap(part => [...part]).sort(), names.toSorted())
})

it('takes packs by chance, so many or so large as it is told, and one at least', () => {
  const sizes = (subset: DataSubset) => chosenPacks(packs, subset, now, Math.random)
  assert.equal(sizes({ kind: 'percent', percent: 10 }).size, 50)
  assert.equal(sizes({ kind: 'percent', percent: 0.01 }).size, 1)
  const some = sizes({ kind: 'bytes', bytes: 20_000 })
  const bytes = [...some].reduce((sum, name) => sum + (packs.get(name) ?? 0), 0)
  assert.ok(bytes <= 20_000 && bytes > 18_000)
  assert.equal(sizes({ kind: 'bytes', bytes: 1 }).size, 1)
  assert.equal(sizes({ kind: 'bytes', bytes: 1e9 }).size, 500)
  assert.notDeepEqual(sizes({ kind: 'bytes', bytes: 9000 }), sizes({ kind: 'bytes', bytes: 9000 }))
})

it('a rotation reads every pack within its period, as packs come and go, on whatever days it runs', () => {
  const runs = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), runs, fc.nat(10_000), (days, gaps, first) => {
      const seen = new Map<string, number>()
      let today = first
      let since: Date | null = null
      for (const gap of gaps) {
        today += gap
        // some go, and others come
        const present = new Map(names.filter((_, i) => (i + today) % 50 !== 0).map(name => [name, 1]))
        const at = new Date(today * day + 5_000_000)
        const subset: DataSubset = { kind: 'rotation', days, ...(since === null ? {} : { since }) }
        for (const name of chosenPacks(present, subset, at, random)) seen.set(name, today)
        since = at
        if (today - first < days + 9) continue
        for (const name of present.keys()) {
          const last = seen.get(name) ?? Infinity
          // the run before may have been without it: it was gone on its day
          const wasAway = Array.from({ length: days + 9 }, (_, ago) => today - ago).some(
            each => (names.indexOf(name) + each) % 50 === 0,
          )
          if (!wasAway) assert.ok(today - last < days, `${today - last} of ${days} days`)
        }
      }
    }),
    { numRuns: 25 },
  )
})

it('a rotation reads about as much each day', () => {
  const counts = Array.from({ length: 10 }, (_, i) => {
    const at = new Date(now.getTime() + i * day)
    return chosenPacks(packs, { kind: 'rotation', days: 10 }, at, random).size
  })
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    500,
  )
  assert.ok(Math.max(...counts) < 90 && Math.min(...counts) > 20, counts.join())
})
