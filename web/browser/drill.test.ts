import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { runBlackstart } from '../../lab/run-blackstart.ts'
import { openBrowser, watchedPage } from './open-browser.ts'
import { serveSite } from './serve-site.ts'
import { firstStart } from './sign-in-as.ts'

const most = { timeout: 120_000 }
const site = `site: { name: Saint-Aubin, timezone: Europe/Paris }
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
    await using closing = new AsyncDisposableStack()
    const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-drill-page-'))
    closing.defer(() => rm(folder, { recursive: true, force: true }))
    await writeFile(path.join(folder, 'site.yaml'), site)
    await mkdir(path.join(folder, 'plc'))
    // small in the repository, and long to open: 20 GB of nothing
    await writeFile(path.join(folder, 'plc', 'log.gz'), Buffer.concat(Array(300).fill(gzipSync(Buffer.alloc(2 ** 26)))))
    assert.equal((await runBlackstart(['init'], { site: folder })).code, 0)
    const node = await serveSite(folder, 0, AbortSignal.timeout(60_000))
    closing.defer(() => node[Symbol.asyncDispose]())
    const browser = await openBrowser()
    closing.defer(() => browser.close())
    const { page, faults } = await watchedPage(browser, node.url)
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
    const journal = await readFile(path.join(folder, 'data', 'journal.jsonl'), 'utf8')
    assert.match(journal, /"actor":"claire [^"]*","event":{"type":"cut-short","what":"drill"/)
    assert.doesNotMatch(journal, /"type":"drilled"/)
    // and the next one begins anew
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Rehearse it now' }).press('Enter')
    await stop.waitFor()
    // a node that was started anew knows nothing of it
    await node[Symbol.asyncDispose]()
    closing.use(await serveSite(folder, Number(new URL(node.url).port), AbortSignal.timeout(60_000)))
    await dialog.getByText('The node was started anew meanwhile').waitFor({ timeout: 40_000 })
    assert.equal(await stop.count(), 0)
    assert.deepEqual(faults, [])
  },
)
