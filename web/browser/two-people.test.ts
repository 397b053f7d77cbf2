import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { startExampleNode } from './example-node.ts'
import { openBrowser, watchedPage } from './open-browser.ts'
import { administrator, firstStart, signInAs, typeSignIn } from './sign-in-as.ts'

const item = 'plc-filler/program'
const given = 'trois mots et demi font assez'
const password = 'quatre mots que moi seul connais'

/** Where the node wants to know again who it is. */
async function proveIfAsked(page: Page, after: () => Promise<unknown>): Promise<void> {
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
  const asked = proof.waitFor({ timeout: 3_000 }).then(
    () => true,
    () => false,
  )
  await after()
  if (!(await asked)) return
  await proof.getByLabel('Password').fill(administrator.password)
  await proof.getByRole('button', { name: 'Confirm', exact: true }).click()
}

test('where a zone wants two people, the second agrees, and the first writes with one click', {
  timeout: 120_000,
}, async () => {
  await using closing = new AsyncDisposableStack()
  const node = closing.use(await startExampleNode(AbortSignal.timeout(110_000)))
  const browser = await openBrowser()
  closing.defer(() => browser.close())
  const { page } = await watchedPage(browser, node.url)
  await firstStart(page, node.token ?? '')

  await page.goto('/people')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name to show').fill('Bob Second')
  await dialog.getByLabel('Name to sign in with').fill('bob')
  await dialog.getByLabel('New password').fill(given)
  await dialog.getByLabel('Role').selectOption('engineer')
  await proveIfAsked(page, () => dialog.getByRole('button', { name: 'Save' }).click())
  await page.getByRole('cell', { name: /Bob Second/ }).waitFor()
  const second = await watchedPage(browser, node.url)
  await typeSignIn(second.page, 'bob', given)
  await second.page.getByLabel('Present password').fill(given)
  await second.page.getByLabel('New password').fill(password)
  await second.page.getByRole('button', { name: 'Change the password' }).click()
  await second.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signInAs(second.page, 'bob', password)

  const file = path.join(node.folder, 'site.yaml')
  const site = await readFile(file, 'utf8')
  await writeFile(file, site.replace('{ id: cell-a, ', '{ id: cell-a, twoPeople: true, '))
  await page.goto(`/items/${item}?part=timeline`)
  await page.getByText('On the device from').first().waitFor({ timeout: 30_000 })
  // what somebody is about to press stays where it is while the device is read
  const top = async () => (await page.locator('.timeline').boundingBox())?.y
  await page.locator('.item-capture .run-progress').waitFor({ state: 'hidden' })
  const before = await top()
  await page.getByRole('button', { name: 'Capture now' }).click()
  await page.locator('.item-capture .run-progress').waitFor()
  assert.equal(await top(), before)
  const ask = page.getByRole('button', { name: 'Ask for a second person' })
  for (let tries = 0; tries < 20 && !(await ask.isVisible()); tries += 1) {
    // the node takes the file in by itself, within seconds
    await page.goto(`/items/${item}?part=timeline`)
    await page.getByRole('button', { name: 'Roll back…' }).click()
    await page.getByRole('dialog').getByLabel('To confirm').waitFor()
    await page.waitForTimeout(500)
  }
  await page.getByRole('dialog').getByLabel('To confirm').fill(item)
  await page.getByRole('dialog').getByLabel('Reason').fill('The valve sticks since the change')
  await proveIfAsked(page, () => ask.click())
  await page.getByText('It waits for a second engineer of this zone').waitFor()

  await second.page.goto('/activity')
  await second.page.getByText('The valve sticks since the change').waitFor()
  await second.page.getByRole('button', { name: 'Agree' }).dblclick()
  // wherever the first is, it is told
  await page.getByText('Agreed by').waitFor()
  await page.goto('/')
  await page.getByText('Agreed by').waitFor()
  await proveIfAsked(page, () => page.getByRole('button', { name: 'Write to the device now' }).dblclick())
  await page.goto(`/items/${item}?part=timeline`)
  await page.getByText('The device holds this version again').waitFor({ timeout: 40_000 })
  // what was pressed twice was asked once
  for (const { page: one } of [{ page }, second]) assert.equal(await one.getByText('This request is').count(), 0)
  const journal = await readFile(path.join(node.folder, 'data', 'journal.jsonl'), 'utf8')
  assert.equal(journal.match(/"type":"restored".*"reason":"The valve sticks since the change"/g)?.length, 1)
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.reload()
  await page.getByText('On the device from').first().waitFor()
  await page.getByText('The device holds this version again').waitFor({ state: 'hidden' })
})
