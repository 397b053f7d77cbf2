import assert from 'node:assert/strict'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { restic } from '../../lab/peers/restic.ts'
import { type TestSite, testSite } from '../../lab/test-site.ts'
import { sweepAll } from '../../lab/test-sweep.ts'
import { openWriter } from '../engine/writer.ts'
import { reconcile } from './reconcile.ts'
import { verifyArchive } from './verify-archive.ts'

const item = 'plc/program'
const never = new AbortController().signal

async function capturedSite(): Promise<TestSite> {
  const site = await testSite([{ id: item, path: './program' }])
  await site.write('program/main.st', 'x := 1;')
  assert.equal((await site.run(['capture'])).code, 0)
  return site
}

const stock = (site: TestSite) => restic(site.at('data', 'repository'), site.at('data', 'keys', 'repository.key'))

/** Backs up a folder of other content with stock restic, so that it passes for a version of the item. */
async function imitate(site: TestSite, tags: readonly string[]): Promise<void> {
  await site.write('forged/plc/program/main.st', 'x := 666;')
  const named = tags.flatMap(tag => ['--tag', tag])
  stock(site)('backup', '--host', 'plc', ...named, site.at('forged'))
  const [{ id, tree }] = JSON.parse(stock(site)('snapshots', '--json', '--host', 'plc', '--path', site.at('forged')))
  assert.ok(id && tree)
}

test('a snapshot that imitates a version takes no place, and verify names it', async () => {
  await using site = await capturedSite()
  await using archive = await site.open()
  const [version] = await archive.record.catalog.versions(item)
  assert.ok(version)
  const genuine = (await archive.repository.snapshots(never)).find(({ id }) => id === version.snapshot)
  assert.ok(genuine)
  await imitate(site, [`version:${version.id}`, `item:${item}`])
  const forged = (await archive.repository.snapshots(never)).find(({ paths }) => paths[0] === site.at('forged'))
  assert.ok(forged)
  assert.deepEqual((await reconcile(archive, never)).refused, [], 'its path alone tells that it is none of ours')
  {
    await using lock = await archive.repository.lock('shared', never)
    await using writer = await openWriter(archive.repository, lock, never)
    const newer = genuine.tags.map(tag => (tag.startsWith('version:') ? 'version:20991231T000000.000Z-evil' : tag))
    for (const tags of [genuine.tags, newer]) writer.addSnapshot({ ...genuine, tree: forged.tree, tags })
    await writer.commit(never)
  }
  const { refused, found, moved, lost } = await reconcile(archive, never)
  assert.deepEqual([refused.length, found, moved, lost], [2, 0, 0, []])
  assert.deepEqual(await archive.record.catalog.versions(item), [version])
  const report = await verifyArchive(archive, { readData: false }, never)
  assert.equal(report.sound, false)
  assert.equal(report.repository.problems.length, 2)
  assert.equal((await sweepAll(archive))[0]?.outcome, 'confirmed')
})

test('a version that lies ahead is none before its time has come', async () => {
  await using site = await capturedSite()
  await using archive = await site.open()
  const [genuine] = (await archive.repository.snapshots(never)).filter(({ hostname }) => hostname === 'plc')
  assert.ok(genuine)
  const ahead = new Date(archive.now().getTime() + 3_600_000).toISOString()
  const tag = `version:${ahead.replaceAll(/[-:]/g, '')}-evil`
  const later = genuine.tags.map(one => (one.startsWith('version:') ? tag : one))
  {
    await using lock = await archive.repository.lock('shared', never)
    await using writer = await openWriter(archive.repository, lock, never)
    writer.addSnapshot({ ...genuine, tags: later })
    writer.addSnapshot({ ...genuine, tags: later.map(one => `${one}`.replace('-evil', '-abcd')), time: ahead })
    await writer.commit(never)
  }
  const { refused, found } = await reconcile(archive, never)
  assert.deepEqual([refused.map(({ why }) => why), found], [Array(2).fill('bears a time that lies ahead'), 0])
  assert.equal((await sweepAll(archive))[0]?.outcome, 'confirmed')
  const afterwards = { ...archive, now: () => new Date(Date.parse(ahead)) }
  assert.equal((await reconcile(afterwards, never)).found, 2)
})

test('snapshots that restic tagged, forgot or copied anew stay the versions that they were', async () => {
  await using site = await capturedSite()
  await using archive = await site.open()
  stock(site)('tag', '--add', 'item:plc/other', '--add', 'audit')
  stock(site)('backup', '--tag', 'items,versions,version:x', site.at('program'))
  const { moved, found, lost, refused } = await reconcile(archive, never)
  // the item's, and those of the node's own: site, secrets, identity, journal
  assert.deepEqual([moved, found, lost, refused], [5, 0, [], []])
  assert.equal((await sweepAll(archive))[0]?.outcome, 'confirmed')
})

test('a damaged snapshot that nobody knows hinders no capture', async () => {
  await using site = await capturedSite()
  await writeFile(site.at('data', 'repository', 'snapshots', 'ab'.repeat(32)), 'torn')
  await using archive = await site.open()
  await reconcile(archive, never)
  assert.equal((await verifyArchive(archive, { readData: false }, never)).repository.problems.length, 1)
})

test('an emptied journal is not begun anew over the copies that the repository holds', async () => {
  await using site = await capturedSite()
  await site.run(['approve', item])
  await site.run(['capture'])
  for (const name of ['catalog.sqlite', 'catalog.sqlite-wal', 'catalog.sqlite-shm', 'journal.jsonl']) {
    await writeFile(site.at('data', name), '')
  }
  const ran = await site.run(['capture'])
  assert.equal(ran.code, 5)
  assert.match(ran.err, /journal .* is empty or missing.*catalog rebuild/)
  assert.equal((await site.run(['catalog', 'rebuild'])).code, 0)
  assert.equal((await site.json(['versions', item])).versions[0].approved, true)
})

test('a journal that was captured after its damage is brought back from the copy before', async () => {
  await using site = await capturedSite()
  await site.run(['approve', item])
  await site.run(['capture'])
  const journal = site.at('data', 'journal.jsonl')
  const text = await readFile(journal, 'utf8')
  await writeFile(journal, text.replace('"approved"', '"approxed"'))
  await site.run(['capture'])
  assert.equal((await site.run(['verify'])).code, 5)
  assert.equal((await site.run(['catalog', 'rebuild'])).code, 3, 'the newest lines are in the damaged one alone')
  assert.equal((await site.json(['versions', item])).versions[0].approved, true)
  assert.equal((await site.run(['capture'])).code, 0)
  assert.equal((await site.run(['verify'])).code, 0)
})

test('a journal that is sound and another site\u2019s, or cut off, is noticed and replaced', async () => {
  await using site = await capturedSite()
  await using other = await capturedSite()
  await site.run(['approve', item])
  await site.run(['capture'])
  const journal = site.at('data', 'journal.jsonl')
  const [first = ''] = (await readFile(journal, 'utf8')).split('\n')
  for (const [replace, code] of [
    // one that goes on for longer than the copy does tells what nobody else tells
    [() => copyFile(other.at('data', 'journal.jsonl'), journal), 3],
    [() => writeFile(journal, `${first}\n`), 0],
  ] as const) {
    await replace()
    await writeFile(site.at('data', 'catalog.sqlite'), '')
    const verified = await site.run(['verify'])
    assert.equal(verified.code, 5, verified.out)
    assert.match(verified.out, /BROKEN .* cut off, replaced or written anew/)
    assert.equal((await site.run(['catalog', 'rebuild'])).code, code)
    assert.equal((await site.json(['versions', item])).versions[0].approved, true)
  }
})
