import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { SiteFolder } from '../../lab/site-folder.ts'
import { findFaults } from './find-faults.ts'
import { watchedPage } from './open-browser.ts'
import { openSitePage } from './open-site-page.ts'
import { signInAs, typeSignIn } from './sign-in-as.ts'
import { tellSeen } from './tell-seen.ts'

const password = 'quatre mots que moi seul connais'

async function prepare(site: SiteFolder): Promise<void> {
  for (const words of [
    ['capture'],
    ['people', 'add', 'admin', '--role', 'administrator'],
    ['people', 'add', 'zoe', '--role', 'viewer', '--zone', 'cell-a'],
  ]) {
    const ran = await site.run(words, `${password}\n`)
    assert.equal(ran.code, 0, ran.err)
  }
}

test('who sees one zone only is told what of the storage is not shown, and why; and sees nothing that another saw', {
  timeout: 240_000,
}, async () => {
  await using opened = await openSitePage({ files: { 'plc/main.st': 'x := 1;\n' }, prepare })
  const { site, node, browser } = opened
  const { page, faults } = opened.watched
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
  const text = await readFile(site.at('site.yaml'), 'utf8')
  await site.write('site.yaml', text.replaceAll('plc-filler', 'plc-renamed'))
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
