import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { testSite } from '../../../lab/test-site.ts'
import { itemOf, sweepAll } from '../../../lab/test-sweep.ts'
import type { Archive } from '../../archive/archive.ts'
import type { JournalEvent } from '../../archive/journal-event.ts'
import { indexSite } from '../../policy/site-index.ts'
import { gatherItemFacts } from '../gather-facts.ts'
import { createItemPace } from './item-pace.ts'
import type { ItemPace } from './next-due.ts'

const never = new AbortController().signal

/** A site whose process bears an hour, with the item `plc/program` captured once. */
async function captured() {
  const site = await testSite([{ id: 'plc/program', path: './program' }])
  await site.write('program/MAIN.st', 'x := 1;')
  return site
}

async function paceOf(archive: Archive): Promise<ItemPace> {
  const of = itemOf(archive, 'plc/program')
  const facts = await gatherItemFacts(archive.record.catalog, archive.site, [of.id])
  return createItemPace(indexSite(archive.site))(of, facts.get(of.id))
}

test('the interval follows from the MTDL and from how long captures took', async () => {
  await using site = await captured()
  await using archive = await site.open()
  const assumed = await paceOf(archive)
  assert.equal(assumed.interval + assumed.captureTime, 3_600_000)
  assert.equal(assumed.captureTime, 60_000)
  await sweepAll(archive)
  const measured = await paceOf(archive)
  assert.equal(measured.interval + measured.captureTime, 3_600_000)
  assert.ok(measured.captureTime < 60_000)
})

test('a slow capture shortens it: twenty minutes count as twenty-five and two seconds', async () => {
  await using site = await captured()
  await using archive = await site.open()
  await sweepAll(archive)
  const [newest] = await archive.record.catalog.versions('plc/program')
  const at = new Date().toISOString()
  const slow: JournalEvent = { type: 'confirmed', at, items: { 'plc/program': [newest?.id ?? '', 0, 20 * 60_000] } }
  await archive.record.add([slow], never)
  const { interval } = await paceOf(archive)
  assert.equal(interval, 3_600_000 - (25 * 60_000 + 2_000))
})

test('what is typed in wins', async () => {
  await using site = await captured()
  const text = await readFile(site.at('site.yaml'), 'utf8')
  await site.write('site.yaml', text.replace('via: files,', 'via: files, every: 7m,'))
  await using archive = await site.open()
  assert.equal((await paceOf(archive)).interval, 7 * 60_000)
})
