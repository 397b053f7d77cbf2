import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { deviceFolder } from '../../lab/plant/plant-state.ts'
import { tamperings } from '../../lab/plant/tampering.ts'
import { everyPage } from './every-page.ts'
import { type ExampleNode, startExampleNode } from './example-node.ts'
import { findEnglish } from './find-english.ts'
import { findFaults } from './find-faults.ts'
import { openBrowser, settled, type Watched, watchedPage } from './open-browser.ts'
import { administrator, firstStart, signInAs, typeSignIn } from './sign-in-as.ts'
import { tooWide } from './too-wide.ts'

const item = 'plc-filler/program'
const most = { timeout: 240_000 }
let node: ExampleNode
let browser: Browser
let first: Watched
const closing = new AsyncDisposableStack()

before(async () => {
  node = closing.use(await startExampleNode(AbortSignal.timeout(80_000)))
  browser = await openBrowser()
  closing.defer(() => browser.close())
  first = await watchedPage(browser, node.url)
}, most)
after(() => closing.disposeAsync(), most)

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 })
const unit = () =>
  path.join(deviceFolder(node.folder, 'plc-filler'), 'TwinCAT/Filler/FillerPlc/POUs/FB_FillValve.TcPOU')

test('whoever holds the printed token becomes the first administrator, once', most, async () => {
  const { page } = first
  assert.ok(node.token !== null)
  await firstStart(page, node.token)
  await page.getByText('Filling and capping').waitFor()
  const other = await watchedPage(browser, node.url)
  await other.page.goto('/')
  await heading(other.page, 'Sign in').waitFor()
  await other.page.context().close()
})

test(
  'a change on a device is seen without reloading, read, and rolled back until the device holds the old program',
  most,
  async () => {
    const { page } = first
    const delivered = await readFile(unit())
    await page.goto(`/items/${item}`)
    await page.getByRole('button', { name: 'Approve', exact: true }).first().click({ timeout: 40_000 })
    await page.getByRole('dialog').getByLabel('Note').fill('As delivered')
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click()
    await page.getByText('Approved by').waitFor()
    await page.getByRole('link', { name: 'Overview' }).click()
    await heading(page, 'Overview').waitFor()

    await tamperings.plc!.run(node.state)
    assert.notDeepEqual(await readFile(unit()), delivered)
    // nothing is reloaded: the node's event does it
    await page.getByRole('link', { name: 'Read the difference' }).first().click({ timeout: 60_000 })
    await page.getByText('T#4S900MS').waitFor()
    const edited = page.locator('.diff-pair', { hasText: /T#4S900MS/iu })
    assert.match((await edited.first().textContent()) ?? '', /T#4S200MS/iu, 'it stands beside what it was')
    for (const key of ['n', 'n', 'v']) await page.keyboard.press(key)
    await page.locator('.diff-rows.unified').waitFor()
    await page.waitForTimeout(900)
    assert.match((await page.getByRole('status').filter({ hasText: 'change' }).textContent()) ?? '', /^change 3 of/)
    await page.keyboard.press('v')

    await page.getByRole('button', { name: 'Roll back…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Roll the device back' })
    await dialog.getByText('writes', { exact: true }).waitFor()
    const write = dialog.getByRole('button', { name: 'Write to the device' })
    assert.equal(await write.isEnabled(), false)
    await dialog.getByLabel('To confirm').fill(item)
    await write.click()
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await page.getByText('The device holds this version again').or(proof).first().waitFor({ timeout: 40_000 })
    if (await proof.isVisible()) {
      await proof.getByLabel('Password').fill(administrator.password)
      await proof.getByRole('button', { name: 'Confirm', exact: true }).click()
    }
    await page.getByText('The device holds this version again').waitFor({ timeout: 40_000 })
    assert.deepEqual(await readFile(unit()), delivered)
  },
)

test(
  'the site is edited in the browser: what is wrong is told while it is typed, and a sound text is saved',
  most,
  async () => {
    const { page } = first
    await page.goto('/settings')
    const text = page.getByRole('textbox', { name: 'The site’s definition' })
    const sound = await text.inputValue()
    await text.fill(sound.replace('timezone: Europe/Paris', 'timezone: Europe/Pariss'))
    await page.getByRole('button', { name: /Line 5/ }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Compare and save…' }).isEnabled(), false)

    const named = sound.replace('name: Palletising\n', 'name: Palletising of cases # changed here\n')
    await text.fill(named.replace('name: Palletiser robot\n', `name: ${'Palletiserrobot'.repeat(13)}\n`))
    await page.getByRole('button', { name: 'Compare and save…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Palletising of cases').first().waitFor()
    await dialog.getByRole('button', { name: 'Save and put in force' }).click()
    await page.getByText('Saved, and in force').waitFor()
    const written = await readFile(path.join(node.folder, 'site.yaml'), 'utf8')
    assert.ok(written.includes('name: Palletising of cases # changed here'))
    assert.ok(written.startsWith(sound.slice(0, 200)), 'comments are kept')
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByText('Palletising of cases').waitFor()
  },
)

test('a viewer looks, is offered nothing that writes, and is refused it', most, async () => {
  const { page } = first
  const given = 'trois mots et demi font assez'
  const password = 'quatre mots que moi seul connais'
  await page.goto('/people')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  // everything that follows looks whether a page holds it
  await dialog.getByLabel('Name to show').fill(`Viktor Look${'ermann'.repeat(14)}`)
  await dialog.getByLabel('Name to sign in with').fill('viktor')
  await dialog.getByLabel('New password').fill(given)
  await dialog.getByRole('button', { name: 'Save' }).click()
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await page
    .getByRole('cell', { name: /Viktor Look/ })
    .or(proof)
    .first()
    .waitFor()
  if (await proof.isVisible()) {
    await proof.getByLabel('Password').fill(administrator.password)
    await proof.getByRole('button', { name: 'Confirm', exact: true }).click()
  }
  await page.getByRole('cell', { name: /Viktor Look/ }).waitFor()

  const viewer = await watchedPage(browser, node.url)
  await typeSignIn(viewer.page, 'viktor', given)
  await heading(viewer.page, 'Choose your own password').waitFor()
  // no address leads around it
  await viewer.page.goto(`/items/${item}`)
  await heading(viewer.page, 'Choose your own password').waitFor()
  assert.deepEqual(await findFaults(viewer.page), [])
  await viewer.page.getByLabel('Present password').fill(given)
  await viewer.page.getByLabel('New password').fill(password)
  await viewer.page.getByRole('button', { name: 'Change the password' }).click()
  await heading(viewer.page, 'Sign in').waitFor()
  await signInAs(viewer.page, 'viktor', password)
  await viewer.page.goto(`/items/${item}?part=timeline`)
  await viewer.page.getByText('On the device from').first().waitFor()
  for (const name of ['Capture now', 'Approve', 'Roll back…', 'Hold', 'Roll back to it…']) {
    assert.equal(await viewer.page.getByRole('button', { name, exact: true }).count(), 0, name)
  }
  for (const [address, write] of [
    ['/people', 'Add a person'],
    ['/journal', 'Export'],
    ['/start', 'Look at it in site.yaml, and save'],
  ] as const) {
    await viewer.page.goto(address)
    await viewer.page.getByText('This takes the right to').waitFor()
    assert.equal(await viewer.page.getByRole('button', { name: write }).count(), 0, address)
  }
  const asked = await viewer.page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/api/session')).json()
    const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf }
    const body = JSON.stringify({ items: ['${item}'] })
    return (await fetch('/api/captures', { method: 'POST', headers, body })).status
  })()`)
  assert.equal(asked, 403)
  assert.deepEqual(viewer.faults, [])
  await viewer.page.context().close()
})

/** The map's library has words of its own until it has drawn once. */
async function lastingEnglish(page: Page, given: string): Promise<readonly string[]> {
  const found = await findEnglish(page, given)
  if (found.length === 0) return found
  await sleep(1_000)
  return await findEnglish(page, given)
}

test('French shows French', most, async () => {
  const french = await watchedPage(browser, node.url, {
    locale: 'fr-FR',
    storageState: await first.page.context().storageState(),
  })
  await french.page.goto('/')
  await heading(french.page, 'Vue d’ensemble').waitFor()
  await french.page.getByText('Peut-on restaurer à temps ?').waitFor()
  assert.equal(await french.page.evaluate('document.documentElement.lang'), 'fr')
  await french.page.goto('/journal?what=site-changed')
  await french.page.getByText('site.yaml a été modifié par le nœud.').first().waitFor()
  await french.page.goto('/risk')
  await french.page.locator('main li').getByText('Il manque des copies').first().waitFor()
  await french.page.goto('/risk?part=first')
  await french.page
    .getByText('Sans une copie vérifiée, rien ne peut être ramené')
    .or(french.page.getByText('Une copie qui n’a jamais été restaurée est un espoir'))
    .first()
    .waitFor()
  const given = await readFile(path.join(node.folder, 'site.yaml'), 'utf8')
  const left: string[] = []
  for (const [name, address] of everyPage) {
    // what administrators did is told with the words that they gave
    if (name === 'journal') continue
    await french.page.goto(address)
    await heading(french.page, /./).waitFor()
    await settled(french.page)
    for (const text of await lastingEnglish(french.page, given)) left.push(`${name}: ${text}`)
    for (const part of await tooWide(french.page)) left.push(`${name}: ${part}`)
  }
  await french.page.goto('/settings')
  const wrong = given.replace('timezone: Europe/Paris', 'timezone: Europe/Pariss').replace('kind: plc', 'kind: plcc')
  await french.page.getByRole('textbox', { name: 'La définition du site' }).fill(wrong)
  await french.page.getByText('« Europe/Pariss » n’est pas un fuseau horaire').waitFor()
  for (const text of await findEnglish(french.page, given)) left.push(`problems: ${text}`)
  assert.deepEqual(left, [])
  assert.deepEqual(french.faults, [])
  await french.page.context().close()
})

for (const colorScheme of ['dark', 'light'] as const) {
  test(`no page has a serious fault for whoever cannot see or point, in the ${colorScheme} theme`, most, async () => {
    const watched = await watchedPage(browser, node.url, {
      colorScheme,
      reducedMotion: 'reduce',
      storageState: await first.page.context().storageState(),
    })
    const found: string[] = []
    for (const [name, address] of everyPage) {
      await watched.page.goto(address)
      await heading(watched.page, /./).waitFor()
      await settled(watched.page)
      for (const fault of await findFaults(watched.page)) found.push(`${name}: ${fault}`)
      const wide = await watched.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (wide > 0) found.push(`${name}: ${wide} pixels wider than the screen`)
    }
    assert.deepEqual(found, [])
    assert.deepEqual(watched.faults, [])
    await watched.page.context().close()
  })
}

test('on a phone no page must be scrolled sideways, nor a table in it', { timeout: 150_000 }, async () => {
  const phone = await watchedPage(browser, node.url, {
    viewport: { width: 390, height: 844 },
    storageState: await first.page.context().storageState(),
  })
  const found: string[] = []
  for (const [name, address] of everyPage) {
    await phone.page.goto(address)
    await heading(phone.page, /./).waitFor()
    await settled(phone.page)
    for (const part of await tooWide(phone.page)) found.push(`${name}: ${part}`)
  }
  assert.deepEqual(found, [])
  assert.deepEqual(phone.faults, [])
  await phone.page.context().close()
})

test('nothing was asked of another host, nothing broke the content security policy, and no page failed by itself', () => {
  assert.deepEqual(first.faults, [])
})
