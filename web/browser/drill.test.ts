import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { serveSite } from '../../lab/serve-site.ts'
import { openSitePage } from './open-site-page.ts'
import { firstStart } from './sign-in-as.ts'

const most = { timeout: 120_000 }
const siteYaml = `site: { name: Saint-Aubin, timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
  - { id: operations, level: 3 }
conduits:
  - { from: operations, to: cell, allow: [ftp] }
node: { zone: operations }
assets:
  - id: plc
    kind: plc
    zone: cell
    items:
      - { id: program, kind: program, via: files, options: { path: ./plc } }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`

test(
  'a rehearsal is stopped from its dialog by keyboard alone, also where that was closed meanwhile',
  most,
  async () => {
    // small in the repository, and long to open: 20 GB of nothing
    const log = Buffer.concat(Array(300).fill(gzipSync(Buffer.alloc(2 ** 26))))
    await using opened = await openSitePage({ files: { 'site.yaml': siteYaml, 'plc/log.gz': log } })
    const { site, node } = opened
    const { page, faults } = opened.watched
    await firstStart(page, node.token ?? '')
    await page.goto('/items/plc/program')
    const rehearse = page.getByRole('button', { name: 'Rehearse…' })
    await rehearse.waitFor({ timeout: 30_000 })
    await rehearse.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Rehearse the restore' })
    await dialog.getByRole('button', { name: 'Rehearse it now' }).press('Enter')
    const stop = dialog.getByRole('button', { name: 'Stop', exact: true })
    await stop.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await stop.waitFor()
    assert.equal(await dialog.getByRole('button', { name: 'Rehearse it now' }).count(), 0)
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Stop')
    await page.keyboard.press('Enter')
    await dialog.getByText('It was stopped before it had ended').waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Close')
    const journal = await readFile(site.at('data', 'journal.jsonl'), 'utf8')
    assert.match(journal, /"actor":"claire [^"]*","event":{"type":"cut-short","what":"drill"/)
    assert.doesNotMatch(journal, /"type":"drilled"/)
    // and the next one begins anew
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Rehearse it now' }).press('Enter')
    await stop.waitFor()
    // a node that was started anew knows nothing of it
    await node[Symbol.asyncDispose]()
    await using _again = await serveSite(site.folder, { port: Number(new URL(node.url).port), withPages: true })
    await dialog.getByText('The node was started anew meanwhile').waitFor({ timeout: 40_000 })
    assert.equal(await stop.count(), 0)
    assert.deepEqual(faults, [])
  },
)
