import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { siteAt, type TestSite } from '../../lab/test-site.ts'
import { openSiteNode } from './open-site-node.ts'

const never = new AbortController().signal
const by = { name: 'jo', from: null }
const releases = path.resolve(import.meta.dirname, '../../lab/releases')

/** A site as the program of before left it. */
async function siteOfBefore(): Promise<TestSite> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-update-'))
  await promisify(execFile)('tar', ['-C', folder, '--zstd', '-xf', path.join(releases, '0.1.0-layout-3.tar.zst')])
  return siteAt(folder)
}

test('a node of today starts on a site of the release before: versions, approvals, holds, secrets and drills are there', async () => {
  await using site = await siteOfBefore()
  const { versions } = await site.json(['versions', 'plc/program'])
  assert.deepEqual(
    versions.map(({ outcome, approved, held }: { outcome: string; approved: boolean; held: boolean }) => [
      outcome,
      approved,
      held,
    ]),
    [
      ['version', true, true],
      ['version', false, false],
    ],
  )
  await using node = await openSiteNode({ folder: site.folder, onTrouble: () => undefined }, never)
  const { record, secrets } = node.archive(by)
  assert.equal(secrets.get('plc'), 'hunter2-of-before')
  const states = await record.catalog.states(['plc/program'])
  assert.equal(states.get('plc/program')?.drills.length, 1)
  const before = (await readFile(site.at('data/journal.jsonl'), 'utf8')).trim().split('\n').length
  const [asked] = node.capture({ items: ['plc/program'], by, ignoreQuiet: true })
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
    if (node.runs().find(({ id }) => id === asked?.id)?.outcome === 'confirmed') break
  }
  // the node itself catches up with what was missed since
  const captures = (await record.catalog.captures('plc/program', 10)).length
  assert.ok(captures >= 4, `${captures}`)
  const lines = (await readFile(site.at('data/journal.jsonl'), 'utf8')).trim().split('\n')
  assert.ok(lines.length > before, 'the journal goes on')
})

test('a catalog that a program of another time laid out is emptied and filled from the journal', async () => {
  await using site = await siteOfBefore()
  const first = await site.json(['status'])
  await writeFile(site.at('data/catalog.sqlite'), '')
  const again = await site.json(['status'])
  assert.deepEqual(again.items, first.items)
  assert.deepEqual(again.processes[0].verdict, first.processes[0].verdict)
})
