// `npm run screens`: pictures of every page into docs/screens/, from a real node over the example plant.
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { tamperings } from '../lab/plant/tampering.ts'
import { everyPage } from './browser/every-page.ts'
import { startExampleNode } from './browser/example-node.ts'
import { openBrowser, watchedPage } from './browser/open-browser.ts'
import { firstStart } from './browser/sign-in-as.ts'

const folder = path.resolve(import.meta.dirname, '..', 'docs', 'screens')
const say = (text: string) => void process.stdout.write(`${text}\n`)

/** Few in each look: what differs between looks is seen on any page. */
const looks: Readonly<Record<string, { options: BrowserContextOptions; pages: readonly string[] | 'all' }>> = {
  dark: { options: { colorScheme: 'dark' }, pages: 'all' },
  light: { options: { colorScheme: 'light' }, pages: ['overview', 'map', 'difference', 'criticality', 'settings'] },
  phone: {
    options: { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
    pages: ['overview', 'items', 'difference', 'activity'],
  },
  french: { options: { colorScheme: 'light', locale: 'fr-FR' }, pages: ['overview', 'item'] },
}

/** What makes a picture worth a look: one approved version, two devices that were changed. */
async function livePlant(page: Page, state: Parameters<(typeof tamperings)[string]['run']>[0]): Promise<void> {
  for (const item of ['plc-filler/program', 'switch-cell/configuration']) {
    await page.goto(`/items/${item}`)
    await page.getByRole('button', { name: 'Approve', exact: true }).first().click({ timeout: 60_000 })
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click()
    await page.getByText('Approved by').waitFor()
  }
  await tamperings.plc?.run(state)
  await tamperings.switch?.run(state)
  await page.goto('/')
  await page.getByRole('link', { name: 'Read the difference' }).nth(1).waitFor({ timeout: 60_000 })
}

const signal = AbortSignal.timeout(600_000)
await using node = await startExampleNode(signal)
await using browser = await openBrowser()
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
const first = await watchedPage(browser, node.url, { colorScheme: 'dark' })
await first.page.goto('/')
await first.page.getByLabel('One-time token').waitFor()
await first.page.screenshot({ path: path.join(folder, 'first-start-dark.png') })
await firstStart(first.page, node.token ?? '')
await livePlant(first.page, node.state)
const storageState = await first.page.context().storageState()
for (const [look, { options, pages }] of Object.entries(looks)) {
  const { page } = await watchedPage(browser, node.url, { ...options, reducedMotion: 'reduce', storageState })
  for (const [name, address] of everyPage) {
    if (pages !== 'all' && !pages.includes(name)) continue
    await page.goto(address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForTimeout(900)
    await page.screenshot({ path: path.join(folder, `${name}-${look}.png`) })
    say(`docs/screens/${name}-${look}.png`)
  }
  await page.context().close()
}
