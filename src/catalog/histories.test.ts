import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type Catalog, type CatalogBatch, openCatalog } from './catalog.ts'
import type { CaptureCursor, CaptureFilter } from './histories.ts'

const nothing = {
  ...{
    versions: [],
    captures: [],
    approvals: [],
    holds: [],
    releases: [],
    drills: [],
    writes: [],
    trusts: [],
    forgotten: [],
  },
  ...{ verifications: [], acknowledgements: [], acknowledgementsEnded: [], connections: [] },
}
const outcomes = ['confirmed', 'confirmed', 'failed', 'version', 'confirmed', 'equivalent'] as const

/** What took long is recorded late; the clock was set back, and some times are the same. */
function timeOf(seq: number, item: string): string {
  const second = item === 'plc/recipes' ? (seq * 37) % 60 : Math.floor((seq % 50) / 3)
  return `2026-11-23T05:00:${String(second).padStart(2, '0')}.000Z`
}

async function filled(t: TestContext): Promise<{ catalog: Catalog; file: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'histories-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'catalog.sqlite')
  const catalog = await openCatalog(file)
  t.after(() => catalog[Symbol.asyncDispose]())
  for (let seq = 1; seq <= 60; seq += 1) {
    const outcome = outcomes[seq % outcomes.length]!
    const captures = ['plc/program', 'plc/recipes', 'switch/configuration'].map(item => ({
      ...{ seq, item, time: timeOf(seq, item), outcome, version: null },
      ...{ milliseconds: 1, code: null, message: null },
    }))
    const [type, item] = outcome === 'confirmed' ? ['confirmed', null] : [outcome, 'plc/program']
    const lines = [{ seq, behind: seq * 100, type, actor: seq % 2 === 0 ? 'node' : 'jane@desk', item }]
    const position = { seq, hash: '0'.repeat(64), offset: seq * 100 }
    await catalog.record({ ...nothing, captures, lines, position } satisfies CatalogBatch, seq - 1)
  }
  return { catalog, file }
}

test('pages of captures follow each other by their time, without a gap or a double, of an item and of the site', async t => {
  const { catalog } = await filled(t)
  for (const item of ['plc/program', null, { without: 'plc' }] as const) {
    for (const filter of ['all', 'failed', 'changed'] as const satisfies readonly CaptureFilter[]) {
      const seen: string[] = []
      let before: CaptureCursor | null = null
      for (;;) {
        const page = await catalog.histories.captures(item, filter, before, 7)
        seen.push(...page.map(row => `${row.time} ${String(row.seq).padStart(3, '0')} ${row.item}`))
        before = page.at(-1) ?? null
        if (before === null) break
      }
      const share = { all: 1, failed: 1 / 6, changed: 2 / 6 }[filter]
      assert.equal(seen.length, (item === null ? 180 : 60) * share, `${JSON.stringify(item)} ${filter}`)
      if (item !== null && typeof item === 'object') assert.doesNotMatch(seen.join(), /plc/)
      assert.deepEqual(seen, [...new Set(seen)].sort().reverse())
    }
  }
})

/** All pages of the captures of some items, one after the other. */
async function pagesOf(catalog: Catalog, own: readonly string[], filter: CaptureFilter, limit: number) {
  const seen: string[] = []
  let before: CaptureCursor | null = null
  for (;;) {
    const page = await catalog.histories.captures(own, filter, before, limit)
    seen.push(...page.map(({ seq, item }) => `${seq} ${item}`))
    before = page.at(-1) ?? null
    if (before === null) return seen
  }
}

/** Of a site where somebody sees most of it. */
const manyNames = Array.from({ length: 1_500 }, (_, at) => `other/${at}`)

test('captures of some items, or of most, are those of all but the others, in the same order, however the pages fall', async t => {
  const { catalog } = await filled(t)
  const some = ['plc/program', 'switch/configuration', 'none/such']
  for (const own of [some, [...some, ...manyNames]]) {
    for (const filter of ['all', 'failed', 'changed'] as const satisfies readonly CaptureFilter[]) {
      const every = await catalog.histories.captures(null, filter, null, 1_000)
      const wanted = every.filter(({ item }) => own.includes(item)).map(({ seq, item }) => `${seq} ${item}`)
      for (const limit of [1, 7, 1_000]) {
        assert.deepEqual(await pagesOf(catalog, own, filter, limit), wanted, `${own.length} ${filter} ${limit}`)
      }
    }
  }
  assert.deepEqual(await catalog.histories.captures([], 'all', null, 10), [])
})

test('who sees most items finds their captures behind however many newer ones of the others', async t => {
  const { catalog } = await filled(t)
  const own = ['plc/program', 'switch/configuration', ...manyNames]
  const wanted = await pagesOf(catalog, own, 'all', 7)
  assert.equal(wanted.length, 120)
  const captures = Array.from({ length: 2_500 }, (_, at) => ({
    ...{ seq: 61, item: `busy/${at}`, time: '2026-11-24T05:00:00.000Z', outcome: 'confirmed' as const, version: null },
    ...{ milliseconds: 1, code: null, message: null },
  }))
  const position = { seq: 61, hash: '0'.repeat(64), offset: 6_100 }
  await catalog.record({ ...nothing, captures, lines: [], position }, 60)
  assert.deepEqual(await pagesOf(catalog, own, 'all', 7), wanted)
})

test('of a change it is known since when the device differs from what was approved, and what was there before', async t => {
  const { catalog } = await filled(t)
  const contents = ['a', 'b', 'a', 'c', 'd']
  const versions = contents.map((content, at) => ({
    ...{ id: `v${at}`, item: 'plc/program', seq: 100 + at, time: `2026-11-2${at}T05:00:00.000Z` },
    ...{ received: '2026-11-29T05:00:00.000Z', seen: '2026-11-29T05:00:00.000Z', outcome: 'version' as const },
    ...{ content, raw: content, normaliser: '1', read_back: 0 as const, bytes: 1, files: 1, snapshot: null },
    ...{ tree: null, format: null, expected: null },
  }))
  const position = { seq: 61, hash: '0'.repeat(64), offset: 6100 }
  await catalog.record({ ...nothing, versions, captures: [], lines: [], position }, 60)
  const [bare, ...others] = await catalog.histories.changes(['plc/program', 'plc/none'])
  assert.deepEqual(
    [{ ...bare }, others],
    [{ item: 'plc/program', latest: '2026-11-24T05:00:00.000Z', previous: 'v3', differs: null }, []],
  )
  const approval = { seq: 62, item: 'plc/program', version: 'v0', time: 't', actor: 'jo', note: null }
  await catalog.record(
    { ...nothing, approvals: [approval], captures: [], lines: [], position: { ...position, seq: 62 } },
    61,
  )
  const [drifted] = await catalog.histories.changes(['plc/program'])
  assert.equal(drifted?.differs, '2026-11-23T05:00:00.000Z', 'it held what was approved again in between')
})

test('lines of the journal are found by who, what and about which item, newest first, with their place in the file', async t => {
  const { catalog } = await filled(t)
  const found = async (filter: { actors?: string[]; types?: string[]; item?: string }, limit = 100) =>
    await catalog.histories.lines({ actors: [], types: [], item: null, ...filter }, null, limit)
  const [last, before] = await found({}, 2)
  assert.deepEqual(
    [{ ...last }, { ...before }],
    [
      { seq: 60, behind: 6000, start: 5900 },
      { seq: 59, behind: 5900, start: 5800 },
    ],
  )
  assert.equal((await found({})).at(-1)?.start, 0)
  assert.equal((await found({ actors: ['jane@desk'] })).length, 30)
  assert.equal((await found({ types: ['failed'] })).length, 10)
  assert.equal((await found({ types: ['failed', 'version'] })).length, 20)
  assert.equal((await found({ types: ['failed'], actors: ['node'] })).length, 10)
  assert.equal((await found({ types: ['failed'], actors: ['jane@desk'] })).length, 0)
  assert.equal((await found({ item: 'plc/program' })).length, 30)
  assert.equal((await found({ item: 'plc' })).length, 30)
  assert.equal((await found({ item: 'plc', types: ['version'], actors: ['jane@desk'] })).length, 10)
  assert.equal((await found({ item: 'plcx' })).length, 0)
})

test('whoever came from several addresses is found by their name, and nobody of a name that begins like theirs', async t => {
  const { catalog } = await filled(t)
  const actors = ['jane', 'jane (10.0.0.1)', 'jane (10.0.0.2)', 'jane (::1)', 'jane2 (10.0.0.1)', 'jan (10.0.0.1)']
  for (let seq = 61; seq <= 90; seq += 1) {
    const lines = [{ seq, behind: seq * 100, type: 'approved', actor: actors[seq % actors.length]!, item: null }]
    const position = { seq, hash: '0'.repeat(64), offset: seq * 100 }
    await catalog.record({ ...nothing, captures: [], lines, position } satisfies CatalogBatch, seq - 1)
  }
  const jane = await catalog.histories.actorsNamed('jane')
  assert.deepEqual(jane, actors.slice(0, 4))
  const found = await catalog.histories.lines({ actors: jane, types: [], item: null }, null, 100)
  assert.deepEqual(
    found.map(({ seq }) => seq),
    Array.from({ length: 30 }, (_, at) => 90 - at).filter(seq => seq % actors.length < 4),
  )
  assert.deepEqual(await catalog.histories.actorsNamed('%'), ['%'])
})

test('sizes and what was received are counted over all versions, however many slices they take', async t => {
  const { catalog } = await filled(t)
  const versions = Array.from({ length: 12_345 }, (_, at) => ({
    ...{ id: `v${String(at).padStart(6, '0')}`, item: at % 3 === 0 ? 'plc/program' : 'plc/recipes', seq: at + 100 },
    ...{
      time: '2026-11-23T05:00:00.000Z',
      received: `2026-11-2${at % 2}T05:00:00.000Z`,
      seen: '2026-11-23T05:00:00.000Z',
    },
    ...{
      outcome: 'version' as const,
      read_back: 0 as const,
      content: 'c',
      normaliser: '1',
      raw: 'r',
      bytes: 2,
      files: 1,
    },
    ...{ snapshot: null, tree: null, format: null, expected: null },
  }))
  const position = { seq: 61, hash: '0'.repeat(64), offset: 6100 }
  await catalog.record({ ...nothing, versions, captures: [], lines: [], position }, 60)
  assert.deepEqual(
    (await catalog.histories.sizes()).map(({ item, versions: count, bytes }) => [item, count, bytes]).sort(),
    [
      ['plc/program', 4_115, 8_230],
      ['plc/recipes', 8_230, 16_460],
    ],
  )
  assert.deepEqual(
    (await catalog.histories.received()).map(({ hour, versions: count }) => [hour, count]),
    [
      ['2026-11-20T05', 6_173],
      ['2026-11-21T05', 6_172],
    ],
  )
})

test('no history is searched through: each question has its index', async t => {
  const { file } = await filled(t)
  const database = new DatabaseSync(file, { readOnly: true })
  t.after(() => database.close())
  const plan = (query: string) =>
    database
      .prepare(`explain query plan ${query}`)
      .all()
      .map(row => String(row.detail))
      .join('; ')
  for (const condition of ["outcome = 'failed'", "outcome in ('version', 'equivalent')", 'true']) {
    const ofItem = `from capture where item = 'a' and ${condition} and (time, seq) < ('t', 9) order by time desc, seq desc`
    assert.match(
      plan(`select * ${ofItem} limit 9`),
      /^SEARCH capture USING INDEX \w+ \(item=\? AND \(time,seq\)<\(\?,\?\)\)$/,
      condition,
    )
    assert.match(
      plan(`select rowid ${ofItem} limit 1`),
      /^SEARCH capture USING (?:COVERING )?INDEX \w+ \(item=\? AND \(time,seq\)<\(\?,\?\)\)$/,
      condition,
    )
    const ofSite = plan(
      `select * from capture where ${condition} and (time, seq, item) < ('t', 9, 'a') order by time desc, seq desc, item desc limit 9`,
    )
    assert.match(ofSite, /^SEARCH capture USING INDEX \w+ \(\(time,seq,item\)<\(\?,\?,\?\)\)$/, condition)
  }
})
