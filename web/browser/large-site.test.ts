import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findFaults } from './find-faults.ts'
import { settled, watchedPage } from './open-browser.ts'
import { openSitePage, type SitePage } from './open-site-page.ts'
import { firstStart } from './sign-in-as.ts'
import { tooWide } from './too-wide.ts'

const most = { timeout: 240_000 }
const count = 1_200
// listed from the last to the first
const assets = Array.from({ length: count }, (_, at) => `  - { id: a${count - at}, kind: plc, zone: cell }`)
const siteYaml = `site: { name: Large plant, timezone: Europe/Paris }
zones:
  - { id: cell, level: 1 }
  - { id: operations, level: 3 }
node: { zone: operations }
assets:
${assets.join('\n')}
notify:
  channels:
    - { id: control-room, via: syslog, options: { host: 127.0.0.1, port: 9, transport: tcp } }
  rules:
    - { to: [control-room] }
  journal: [control-room]
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`
const closing = new AsyncDisposableStack()
let opened: SitePage

before(async () => {
  opened = closing.use(await openSitePage({ files: { 'site.yaml': siteYaml } }))
  await firstStart(opened.watched.page, opened.node.token ?? '')
}, most)
after(() => closing.disposeAsync(), most)

const focused = (page: Page, text: string) =>
  page.waitForFunction(wanted => document.activeElement?.textContent === wanted, text)
const shownRows = (page: Page) => page.locator('tr[data-index]')

test('a list is in the order in which people count', most, async () => {
  const { page } = opened.watched
  await page.goto('/items?show=assets')
  await shownRows(page).first().waitFor()
  const names = await shownRows(page).locator('a').allTextContents()
  assert.deepEqual(
    names.slice(0, 12),
    Array.from({ length: 12 }, (_, at) => `a${at + 1}`),
  )
})

test(
  'findings of one kind are one line; it opens by keyboard, and of all that it holds only what is near exists',
  most,
  async () => {
    const { page } = opened.watched
    await page.goto('/risk')
    const group = page.locator('.finding-group', { hasText: 'Nothing of the asset is backed up' })
    await group.getByText('1,200').waitFor()
    assert.ok((await page.locator('main li').count()) < 20)
    await group.getByRole('button', { name: 'Nothing of the asset is backed up' }).focus()
    await page.keyboard.press('Enter')
    await group.getByRole('link', { name: 'a1', exact: true }).focus()
    assert.ok((await shownRows(page).count()) < 60)
    await page.keyboard.press('ArrowDown')
    await focused(page, 'a2')
    // the pages of the list come as they are reached
    for (const last of ['a200', 'a400', 'a600', 'a800', 'a1000', 'a1200']) {
      await page.keyboard.press('End')
      await focused(page, last)
      await settled(page)
      await page.waitForTimeout(300)
    }
    assert.ok((await shownRows(page).count()) < 60)
    await page.keyboard.press('Home')
    await focused(page, 'a1')
    assert.deepEqual(await findFaults(page), [])
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'a1', level: 1 }).waitFor()
  },
)

test('one of a group is acknowledged; the counts tell it', most, async () => {
  const { page, faults } = opened.watched
  await page.goto('/risk?code=asset-without-items')
  const head = page.locator('section', { has: page.getByRole('heading', { name: 'Findings', exact: true }) })
  await head.getByText('Grave1,200').waitFor()
  await page.getByRole('button', { name: 'Acknowledge…' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Why it is borne').fill('It goes to the scrapyard')
  await dialog.getByLabel('Until the end of').fill(new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10))
  await dialog.getByRole('button', { name: 'Acknowledge', exact: true }).click()
  await page.getByText('1 of them acknowledged').waitFor()
  await page.getByText('It goes to the scrapyard').waitFor()
  assert.match(
    await readFile(opened.site.at('data', 'journal.jsonl'), 'utf8'),
    /"acknowledged","code":"asset-without-items","subject":"a1"/,
  )
  await page.goto('/risk?acknowledged=no')
  const group = page.locator('.finding-group', { hasText: 'Nothing of the asset is backed up' })
  await group.getByText('1,199').waitFor()
  await group.getByRole('button', { name: 'Acknowledge all…' }).click()
  await dialog.getByText('all 1,199 of them').waitFor()
  await dialog.getByLabel('Why it is borne').fill('They are simulated')
  await dialog.getByLabel('Until the end of').fill(new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10))
  await dialog.getByRole('button', { name: 'Acknowledge', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await group.waitFor({ state: 'detached' })
  assert.deepEqual(faults, [])
})

test(
  'an address of nothing says so, with what was probably meant, and is not taken for a node that is away',
  most,
  async () => {
    const { page } = opened.watched
    await page.goto('/assets/a12000')
    await page.getByRole('heading', { name: 'There is no such asset' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
    await page.goto('/items/a7/program')
    await page.getByRole('heading', { name: 'There is no such item' }).waitFor()
    await page.getByRole('link', { name: 'All items' }).waitFor()
    // the asset has no item of any name
    await page.getByRole('main').getByRole('link', { name: 'a7', exact: true }).click()
    await page.getByRole('heading', { name: 'a7', level: 1 }).waitFor()
    await page.goto('/items/NONE/such')
    await page.getByRole('heading', { name: 'There is no such item' }).waitFor()
    await page.goto('/processes/none')
    await page.getByRole('heading', { name: 'There is no such process' }).waitFor()
    await page.route('**/api/assets/a8', route => route.abort())
    await page.goto('/assets/a8')
    await page.getByText('The node cannot be reached').waitFor()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await page.unroute('**/api/assets/a8')
  },
)

test('on a phone nothing scrolls sideways, tables neither', most, async () => {
  const phone = await watchedPage(opened.browser, opened.node.url, {
    viewport: { width: 390, height: 844 },
    storageState: await opened.watched.page.context().storageState(),
  })
  for (const [address, text] of [
    ['/settings?part=node', 'control-room'],
    ['/people', 'Claire Moreau'],
    ['/risk?code=asset-without-items', 'a1'],
    ['/items?show=assets', 'a1'],
    ['/storage', 'local'],
    ['/account', 'this one'],
  ] as const) {
    await phone.page.goto(address)
    await phone.page.getByRole('main').getByText(text).first().waitFor()
    assert.deepEqual(await tooWide(phone.page), [], address)
  }
  assert.deepEqual(phone.faults, [])
  await phone.page.context().close()
})
