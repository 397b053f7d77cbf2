import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type CatalogBatch, openCatalog } from './catalog.ts'

async function catalogFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'catalog-'))
  t.after(() => rm(folder, { recursive: true }))
  return path.join(folder, 'catalog.sqlite')
}

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
  ...{ verifications: [], acknowledgements: [], acknowledgementsEnded: [], connections: [], lines: [] },
}

function batchOf(time: string, outcome: 'confirmed' | 'failed' | 'version', seq: number): CatalogBatch {
  const capture = { seq, item: 'plc/program', time, outcome, version: null, milliseconds: 1, code: null, message: null }
  return { ...nothing, captures: [capture], position: { seq, hash: '0'.repeat(64), offset: seq * 100 } }
}

function versionRow(seq: number, readBack: boolean) {
  const time = `2026-11-23T0${seq}:00:00.000Z`
  return {
    ...{ id: `v${seq}`, item: 'plc/program', time, seq, received: time, seen: time, outcome: 'version' as const },
    ...{
      read_back: readBack ? (1 as const) : (0 as const),
      content: 'c',
      normaliser: '1',
      raw: 'r',
      bytes: 1,
      files: 1,
    },
    ...{ snapshot: `s${seq}`, tree: 't', format: null },
  }
}

test('what is newest goes by the journal, not by a clock that was wrong for a while', async t => {
  await using catalog = await openCatalog(await catalogFile(t))
  await catalog.record(batchOf('2035-01-01T00:00:00.000Z', 'confirmed', 1), 0)
  await catalog.record(batchOf('2026-11-23T05:00:00.000Z', 'confirmed', 2), 1)
  await catalog.record(batchOf('2026-11-23T04:00:00.000Z', 'failed', 3), 2)
  const state = (await catalog.states(['plc/program'])).get('plc/program')
  assert.equal(state?.lastConfirmed, '2026-11-23T05:00:00.000Z')
  assert.equal(state?.lastCapture?.outcome, 'failed')
})

test('what is stored, what was read back and what was newest before a line are told apart', async t => {
  await using catalog = await openCatalog(await catalogFile(t))
  for (const [seq, read] of [1, 1, 0, 0].entries()) {
    const position = { seq: seq + 1, hash: '0'.repeat(64), offset: 1 }
    await catalog.record({ ...nothing, versions: [versionRow(seq + 1, read === 1)], position }, seq)
  }
  const state = async () => (await catalog.states(['plc/program'])).get('plc/program')
  const ids = async () => {
    const { latest, latestStored, latestReadBack } = (await state()) ?? {}
    return [latest?.id, latestStored?.id, latestReadBack?.id]
  }
  assert.deepEqual(await ids(), ['v4', 'v4', 'v2'])
  await catalog.setSnapshot('plc/program', 'v4', null)
  await catalog.setSnapshot('plc/program', 'v2', null)
  assert.deepEqual(await ids(), ['v4', 'v3', 'v1'])
  for (const id of ['v1', 'v3']) await catalog.setSnapshot('plc/program', id, null)
  assert.deepEqual(await ids(), ['v4', undefined, undefined])
  assert.equal((await catalog.newestBefore(['plc/program', 'plc/none'], 3)).get('plc/program')?.id, 'v2')
  const names = ['v1', 'v9'].map(version => ({ item: 'plc/program', version }))
  assert.deepEqual(
    (await catalog.versionsNamed(names)).map(({ id }) => id),
    ['v1'],
  )
})

test('a version keeps the time at which it was received first, and tells when it was last seen', async t => {
  await using catalog = await openCatalog(await catalogFile(t))
  const row = versionRow(1, true)
  const capture = { item: row.item, time: '2026-11-24T00:00:00.000Z', outcome: 'confirmed', version: 'v1' } as const
  const confirmed = { ...capture, seq: 2, milliseconds: 1, code: null, message: null }
  const again = { ...row, seq: 2, received: '2099-01-01T00:00:00.000Z' }
  const positions = [1, 2].map(seq => ({ seq, hash: '0'.repeat(64), offset: seq }))
  await catalog.record({ ...nothing, versions: [row], position: positions[0] ?? null }, 0)
  await catalog.record({ ...nothing, versions: [again], captures: [confirmed], position: positions[1] ?? null }, 1)
  const [version] = await catalog.versions('plc/program')
  assert.deepEqual([version?.seq, version?.received, version?.seen], [1, row.received, confirmed.time])
  assert.deepEqual([...(await catalog.confirmations('plc/program'))], [['v1', confirmed.time]])
})

test("a place's newest verification, and the newest that read every byte, are told apart", async t => {
  await using catalog = await openCatalog(await catalogFile(t))
  const verification = (seq: number, read_data: 0 | 1) => ({
    ...{ seq, place: 'usb', time: '2026-11-24T00:00:00.000Z', read_data, errors: seq, versions: 1 },
    behind: JSON.stringify({ 'plc/program': seq === 2 ? null : 'v1' }),
  })
  const verifications = [verification(1, 1), verification(2, 1), verification(3, 0)]
  await catalog.record({ ...nothing, verifications, position: { seq: 3, hash: '', offset: 1 } }, 0)
  const known = (await catalog.verifications()).get('usb')
  assert.deepEqual([known?.newest.seq, known?.readData?.seq], [3, 2])
  assert.deepEqual([...(known?.readData?.behind ?? [])], [['plc/program', null]])
})

test('the first capture that stored something is told', async t => {
  await using catalog = await openCatalog(await catalogFile(t))
  await catalog.record(batchOf('2026-11-23T04:00:00.000Z', 'failed', 1), 0)
  assert.equal(await catalog.firstCapture(), null)
  await catalog.record(batchOf('2026-11-23T05:00:00.000Z', 'version', 2), 1)
  await catalog.record(batchOf('2026-11-23T06:00:00.000Z', 'version', 3), 2)
  assert.equal(await catalog.firstCapture(), '2026-11-23T05:00:00.000Z')
})

test('every version that was ever approved is known', async t => {
  await using catalog = await openCatalog(await catalogFile(t))
  const approvals = ['v1', 'v2', 'v1'].map((version, index) => ({
    ...{ seq: index + 1, item: 'plc/program', version, time: '2026-11-24T00:00:00.000Z', actor: 'jo', note: null },
  }))
  await catalog.record({ ...nothing, approvals, position: { seq: 3, hash: '', offset: 1 } }, 0)
  assert.deepEqual(await catalog.everApproved('plc/program'), new Set(['v1', 'v2']))
})

test('lines that another process has recorded are not recorded again', async t => {
  const file = await catalogFile(t)
  await using one = await openCatalog(file)
  await using other = await openCatalog(file)
  const batch = batchOf('2026-11-23T05:00:00.000Z', 'confirmed', 1)
  assert.deepEqual([await one.record(batch, 0), await other.record(batch, 0)], [true, false])
  assert.equal((await one.captures('plc/program', 9)).length, 1)
})

test('a catalog that is damaged is put aside, and one of another layout begun anew', async t => {
  const file = await catalogFile(t)
  await writeFile(file, 'no database at all, and longer than its header of a hundred bytes'.repeat(99))
  {
    await using catalog = await openCatalog(file)
    assert.equal(await catalog.position(), null)
    await catalog.record(batchOf('2026-11-23T05:00:00.000Z', 'confirmed', 1), 0)
  }
  assert.match(await readFile(`${file}.damaged`, 'utf8'), /^no database/)
  const raw = new DatabaseSync(file)
  raw.exec("update meta set value = '99' where key = 'layout'; drop table version; create table version (other text)")
  raw.close()
  await using catalog = await openCatalog(file)
  assert.equal(await catalog.position(), null)
  assert.deepEqual(await catalog.versions('plc/program'), [])
})

test('a place that cannot be written is named', async t => {
  await assert.rejects(openCatalog(path.join(await catalogFile(t), 'not', 'there')), {
    code: 'storage',
    message: /^The catalog .*there cannot be used/,
  })
})
