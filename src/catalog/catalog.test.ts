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
  ...{ versions: [], captures: [], approvals: [], holds: [], releases: [], drills: [], trusts: [], forgotten: [] },
  ...{ verifications: [], acknowledgements: [], acknowledgementsEnded: [], connections: [] },
}

function batchOf(time: string, outcome: 'confirmed' | 'failed', seq: number): CatalogBatch {
  const capture = { seq, item: 'plc/program', time, outcome, version: null, milliseconds: 1, code: null, message: null }
  return { ...nothing, captures: [capture], position: { seq, hash: '0'.repeat(64), offset: seq * 100 } }
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
