import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { runBlackstart } from '../../lab/run-blackstart.ts'
import { openBrowser, watchedPage } from './open-browser.ts'
import { serveSite } from './serve-site.ts'
import { firstStart } from './sign-in-as.ts'

test('what init itself writes is said to be an example, and the way to a real device stays', {
  timeout: 90_000,
}, async () => {
  await using closing = new AsyncDisposableStack()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-fresh-init-'))
  closing.defer(() => rm(folder, { recursive: true, force: true }))
  const made = await runBlackstart(['init'], { site: folder })
  if (made.code !== 0) throw new Error(made.err)
  const node = closing.use(await serveSite(folder, 0, AbortSignal.timeout(60_000)))
  const browser = await openBrowser()
  closing.defer(() => browser.close())
  const { page } = await watchedPage(browser, node.url)
  await firstStart(page, node.token ?? '')
  await page.getByText('This is the example that init wrote').waitFor()
  await page.getByRole('link', { name: 'Add a device' }).click()
  await page.getByLabel('Id', { exact: true }).waitFor()
  await page.getByText('This is the example that init wrote').waitFor()
  await page.goto('/items')
  await page.getByRole('link', { name: 'Add a device' }).waitFor()
})
