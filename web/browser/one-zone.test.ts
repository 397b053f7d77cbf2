import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { runBlackstart } from '../../lab/run-blackstart.ts'
import { findFaults } from './find-faults.ts'
import { openBrowser, watchedPage } from './open-browser.ts'
import { serveSite } from './serve-site.ts'
import { signInAs, typeSignIn } from './sign-in-as.ts'
import { tellSeen } from './tell-seen.ts'

const password = 'quatre mots que moi seul connais'

test('who sees one zone only is told what of the storage is not shown, and why; and sees nothing that another saw', {
  timeout: 90_000,
}, async () => {
  await using closing = new AsyncDisposableStack()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-one-zone-'))
  closing.defer(() => rm(folder, { recursive: true, force: true }))
  await mkdir(path.join(folder, 'plc'))
  await writeFile(path.join(folder, 'plc', 'main.st'), 'x := 1;\n')
  const add = ['people', 'add', 'zoe', '--role', 'viewer', '--zone']
  for (const words of [
    ['init'],
    ['capture'],
    ['people', 'add', 'admin', '--role', 'administrator'],
    [...add, 'cell-a'],
  ]) {
    const ran = await runBlackstart(words, { site: folder, input: `${password}\n` })
    assert.equal(ran.code, 0, ran.err)
  }
  const node = closing.use(await serveSite(folder, 0, AbortSignal.timeout(60_000)))
  const browser = await openBrowser()
  closing.defer(() => browser.close())
  const { page, faults } = await watchedPage(browser, node.url)
  await typeSignIn(page, 'zoe', password)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.goto('/storage')
  await page.getByText('You see the assets of your zones').waitFor()
  await page.getByText('They are shown to whoever may read the whole site').waitFor()
  await page.getByRole('heading', { name: 'By asset' }).waitFor()
  for (const name of ['Places of copies', 'Growth', 'What the node keeps of itself']) {
    assert.equal(await page.getByRole('heading', { name }).count(), 0, name)
  }
  assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /not counted yet|null/)
  assert.deepEqual(await findFaults(page), [])
  assert.deepEqual(faults, [])

  await page.goto('/assets/plc-filler')
  await page.getByRole('heading', { name: 'Findings' }).waitFor()
  const file = path.join(folder, 'site.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('plc-filler', 'plc-renamed'))
  await page.getByRole('heading', { name: 'There is no such asset' }).waitFor({ timeout: 30_000 })

  const { page: first } = await watchedPage(browser, node.url)
  await signInAs(first, 'admin', password)
  await first.goto('/storage')
  await first.getByRole('heading', { name: 'Places of copies' }).waitFor()
  await first.getByText('Live').waitFor()
  await tellSeen(first, 'hidden')
  // the node takes its time to say what of it the next person sees
  await first.route('**/api/storage*', () => undefined)
  const other = await first.context().newPage()
  await other.goto('/')
  await other.getByRole('button', { name: 'Account and appearance' }).click()
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signInAs(other, 'zoe', password)
  await tellSeen(first, 'visible')
  await first.getByRole('heading', { name: 'Places of copies' }).waitFor({ state: 'detached' })
  await first.getByRole('heading', { name: 'Storage' }).waitFor()
})
