import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { siteFrom } from '../../lab/test-facts.ts'
import { siteText } from '../../lab/test-site.ts'
import type { JournalEvent } from '../archive/journal-event.ts'
import { openRecord, type SiteRecord } from '../archive/record.ts'
import type { CopyFacts, Facts } from '../policy/facts.ts'
import { gatherFacts, gatherItemFacts } from './gather-facts.ts'

const item = 'plc/program'
const other = 'hmi/project'
const never = new AbortController().signal
const begin = Date.parse('2026-11-23T04:00:00Z')

const site = siteFrom(
  `${siteText([
    { id: item, path: './plc' },
    { id: other, path: './hmi' },
  ])}  - { id: usb, via: local, options: { path: ./usb }, medium: removable, location: safe, domain: safe, online: false }\n`,
)

interface Plant extends AsyncDisposable {
  readonly record: SiteRecord
  /** Adds events, each recorded a minute after the one before. */
  add(...events: readonly JournalEvent[]): Promise<void>
  facts(): Promise<Facts>
  copies(of?: string): Promise<readonly CopyFacts[]>
}

async function plant(): Promise<Plant> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-facts-'))
  let minutes = 0
  const now = () => new Date(begin + minutes * 60_000)
  const record = await openRecord({ folder, actor: 'test', now })
  const facts = () => gatherFacts(folder, site, record, folder, new Map())
  return {
    record,
    async add(...events) {
      for (const event of events) {
        minutes += 1
        await record.add([event], never)
      }
    },
    facts,
    copies: async (of = item) => (await facts()).items.get(of)?.copies ?? [],
    async [Symbol.asyncDispose]() {
      await record[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

const minute = (count: number) => Temporal.Instant.fromEpochMilliseconds(begin + count * 60_000)
const versionId = (day: number) => `202611${String(day).padStart(2, '0')}T000000.000Z-aaaa`

function captured(day: number, of: Partial<Extract<JournalEvent, { type: 'captured' }>> = {}): JournalEvent {
  return {
    ...{ type: 'captured', item, at: `2026-11-${day}T00:00:00.000Z`, outcome: 'version', version: versionId(day) },
    ...{ snapshot: `snapshot-${day}`, tree: 't', content: `c${day}`, normaliser: '1', raw: `r${day}`, bytes: 1 },
    ...{ files: 1, format: null, milliseconds: 5 * day, readBack: true, ...of },
  }
}

function verified(
  place: string,
  behind: Record<string, string | null> = {},
  of: Partial<Extract<JournalEvent, { type: 'verified' }>> = {},
): JournalEvent {
  return { type: 'verified', place, readData: true, errors: 0, versions: 1, behind, ...of }
}

function drilled(day: number, passed: boolean, kind = 'integrity'): JournalEvent {
  const details = { milliseconds: 1200, problems: passed ? [] : [{ kind, path: null, what: '' }] }
  return { type: 'drilled', item, version: versionId(day), passed, details }
}

const verifiedIn = (copies: readonly CopyFacts[], place: string) =>
  copies.find(copy => copy.place === place)?.verified?.version ?? null

test('an item that was never captured has no copy', async () => {
  await using site = await plant()
  const facts = await site.facts()
  assert.deepEqual(facts.items.get(item)?.copies, [])
  assert.equal(facts.items.get(item)?.latest, null)
  assert.deepEqual([facts.places.size, facts.rehearsals.size, facts.observed], [0, 0, []])
})

test('a version that was read back when it was stored is verified there; one of before was not', async () => {
  await using site = await plant()
  await site.add(captured(10, { readBack: false }))
  assert.deepEqual(await site.copies(), [{ place: 'local', newest: versionId(10), verified: null }])
  await site.add(captured(11))
  await site.add({ type: 'confirmed', at: '2026-11-22T05:00:00.000Z', items: { [item]: [versionId(11), 500, 9] } })
  assert.deepEqual(await site.copies(), [
    {
      place: 'local',
      newest: versionId(11),
      verified: {
        version: versionId(11),
        seen: Temporal.Instant.from('2026-11-22T05:00:00.500Z'),
        time: minute(2),
      },
    },
  ])
})

test('a version of before counts once it was verified by reading, or restored by a drill', async () => {
  for (const [event, counts] of [
    [verified('local'), true],
    [verified('local', {}, { readData: false }), false],
    [verified('usb'), false],
    [verified('local', { [item]: null }), false],
    [drilled(10, true), true],
    [drilled(10, false), false],
  ] as const) {
    await using site = await plant()
    await site.add(captured(10, { readBack: false }), event)
    assert.equal(verifiedIn(await site.copies(), 'local'), counts ? versionId(10) : null, JSON.stringify(event))
  }
})

test('what a verification finds damaged counts no more, until something shows that it is whole again', async () => {
  await using site = await plant()
  await site.add(captured(10), captured(11), captured(10, { item: other }))
  await site.add(verified('local', { [item]: versionId(10) }, { errors: 2 }))
  assert.equal(verifiedIn(await site.copies(), 'local'), versionId(10))
  assert.equal(verifiedIn(await site.copies(other), 'local'), versionId(10), 'the damage does not touch it')
  assert.equal((await site.facts()).places.get('local')?.damage?.errors, 2)
  await site.add(drilled(11, true))
  assert.equal(verifiedIn(await site.copies(), 'local'), versionId(11))
  await site.add(verified('local', { [item]: null }, { errors: 1, readData: false }))
  assert.equal(verifiedIn(await site.copies(), 'local'), null, 'the structure alone can show damage')
  await site.add(captured(12))
  assert.equal(verifiedIn(await site.copies(), 'local'), versionId(12))
})

test('a place is damaged by what its newest verification says; to find it sound again takes one that reads as much', async () => {
  await using site = await plant()
  const damage = async () => (await site.facts()).places.get('local')?.damage ?? null
  await site.add(captured(10), captured(10, { item: other }), verified('local'))
  assert.equal(await damage(), null)

  await site.add(verified('local', { [item]: null, [other]: null }, { errors: 1, readData: false }))
  assert.deepEqual(await damage(), { found: minute(2), errors: 1, without: [item, other].toSorted() })
  assert.deepEqual((await site.facts()).places.get('local')?.readWhole, minute(1))
  await site.add(verified('local', {}, { readData: false }))
  assert.equal(await damage(), null, 'the structure was all that was wrong')

  await site.add(verified('local', { [item]: null }, { errors: 2 }), verified('local', {}, { readData: false }))
  assert.deepEqual(await damage(), { found: minute(4), errors: 2, without: [item] })
  await site.add(verified('local'))
  assert.equal(await damage(), null)
})

test('a version that found damage in what it shares with earlier ones ends what was known of them', async () => {
  await using site = await plant()
  await site.add(captured(10), captured(11, { readBack: false }), captured(10, { item: other }))
  assert.equal(verifiedIn(await site.copies(), 'local'), null)
  assert.equal(verifiedIn(await site.copies(other), 'local'), versionId(10))
  await site.add(verified('local', { [item]: versionId(10) }, { errors: 1 }))
  assert.equal(verifiedIn(await site.copies(), 'local'), versionId(10), 'the damage is not in it')
  await site.add(captured(12))
  assert.equal(verifiedIn(await site.copies(), 'local'), versionId(12))
})

test('a verification that runs beside a capture takes nothing from what that one read back', async () => {
  await using site = await plant()
  await site.add(captured(10), captured(11), verified('local', { [item]: versionId(10) }))
  assert.equal(verifiedIn(await site.copies(), 'local'), versionId(11))
})

test('a drill that finds damage ends what was known before; one that finds bad content does not', async () => {
  await using site = await plant()
  await site.add(captured(10), captured(11), drilled(11, false, 'content'))
  assert.equal(verifiedIn(await site.copies(), 'local'), versionId(11))
  await site.add(drilled(11, false))
  assert.equal(verifiedIn(await site.copies(), 'local'), null)
})

test('what the repository lost is no copy there', async () => {
  await using site = await plant()
  await site.add(captured(10), captured(11))
  await site.record.catalog.setSnapshot(item, versionId(11), null)
  const [copy] = await site.copies()
  assert.deepEqual([copy?.newest, copy?.verified?.version], [versionId(10), versionId(10)])
  assert.equal((await site.facts()).items.get(item)?.latest?.inRepository, false)
  await site.record.catalog.setSnapshot(item, versionId(10), null)
  assert.deepEqual(await site.copies(), [])
})

test('another place holds what its own verification found, and nothing that came later', async () => {
  await using site = await plant()
  await site.add(captured(10), verified('usb'), captured(11))
  assert.equal(verifiedIn(await site.copies(), 'usb'), versionId(10))
  await site.add(verified('usb', { [item]: versionId(10) }))
  assert.equal(verifiedIn(await site.copies(), 'usb'), versionId(10))
  await site.add(verified('usb', {}, { readData: false }))
  assert.deepEqual(
    (await site.copies()).map(({ place, newest, verified }) => [place, newest, verified?.version]),
    [
      ['local', versionId(11), versionId(11)],
      ['usb', versionId(11), versionId(10)],
    ],
    'it is there, and was not read',
  )
  await site.add(verified('usb', { [item]: null }, { readData: false }))
  assert.equal((await site.copies()).length, 1, 'it is gone')
  assert.deepEqual((await site.facts()).places.get('usb')?.readWhole, minute(4))
})

test('drills and capture times come newest first, failures and drift are told', async () => {
  await using site = await plant()
  await site.add(captured(10), captured(11), drilled(10, true), drilled(11, false), {
    ...{ type: 'approved', item, version: versionId(10), note: null },
  })
  await site.add({ type: 'failed', item, at: minute(3).toString(), code: 'timeout', message: 'late', milliseconds: 9 })
  const facts = (await site.facts()).items.get(item)
  assert.deepEqual(facts?.captureTimes, [55, 50])
  assert.deepEqual(
    facts?.drills.map(({ version, passed, milliseconds }) => [version, passed, milliseconds]),
    [
      [versionId(11), false, 1200],
      [versionId(10), true, 1200],
    ],
  )
  assert.deepEqual([facts?.approved, facts?.drifted, facts?.failure?.code], [versionId(10), true, 'timeout'])
})

test('acknowledgements and connections are told as they were recorded', async () => {
  await using site = await plant()
  const until = '2027-01-01T00:00:00.000Z'
  await site.add({ type: 'acknowledged', code: 'stale', subject: item, severity: 'high', reason: 'rebuilt', until })
  const connection = { item, host: '192.0.2.7', port: 22 }
  for (let day = 0; day < 2; day += 1) await site.add({ type: 'connected', connections: [connection] })
  const { acknowledgements, observed } = await site.facts()
  assert.deepEqual(acknowledgements, [
    {
      ...{ code: 'stale', subject: item, severity: 'high', reason: 'rebuilt', actor: 'test' },
      ...{ time: minute(1), until: Temporal.Instant.from(until) },
    },
  ])
  assert.deepEqual(observed, [{ ...connection, first: minute(2), last: minute(3) }])
})

test('facts of many items are gathered in turns, and are those that each item has by itself', async () => {
  await using own = await plant()
  const ids = Array.from({ length: 1_200 }, (_, at) => `plc-${at}/program`)
  const many = siteFrom(siteText(ids.map(id => ({ id, path: './x' }))))
  const versions = ids.map(of => captured(10, { item: of, snapshot: `of ${of}` }))
  await own.record.add(versions, never)
  const behind = Object.fromEntries(ids.slice(400, 700).map(of => [of, null]))
  await own.add(verified('local', behind), captured(11, { item: 'plc-600/program' }))
  let turns = 0
  const count = setInterval(() => (turns += 1), 0)
  const { catalog } = own.record
  const together = await gatherItemFacts(catalog, many, ids).finally(() => clearInterval(count))
  assert.ok(turns >= 1, `${turns} turns`)
  assert.deepEqual([...together.keys()], ids)
  for (const id of ['plc-0/program', 'plc-450/program', 'plc-600/program', 'plc-1199/program']) {
    assert.deepEqual(together.get(id), (await gatherItemFacts(catalog, many, [id])).get(id))
  }
})
