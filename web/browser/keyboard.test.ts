import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { startExampleNode } from './example-node.ts'
import { openBrowser, watchedPage } from './open-browser.ts'
import { firstStart } from './sign-in-as.ts'

const focused = (page: Page) =>
  page.evaluate(
    `(document.activeElement?.textContent || document.activeElement?.getAttribute('aria-label') || '').trim()`,
  )

/** Whether something is drawn around what has the focus. */
const isRinged = (page: Page) =>
  page.evaluate(`(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement)
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none'
  })()`)

test('without a mouse: the way past the menu, lists, dialogs and the way back from them', {
  timeout: 120_000,
}, async () => {
  await using closing = new AsyncDisposableStack()
  const node = closing.use(await startExampleNode(AbortSignal.timeout(110_000)))
  const browser = await openBrowser()
  closing.defer(() => browser.close())
  const { page, faults } = await watchedPage(browser, node.url)
  await firstStart(page, node.token ?? '')

  await page.reload()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'Skip to the content')
  assert.equal(await isRinged(page), true)
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate('document.activeElement.id'), 'main')

  await page.goto('/items')
  await page.getByRole('link', { name: 'historian/database' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.waitForFunction(`document.activeElement.textContent.includes('hmi-filler/project')`)
  assert.equal(await isRinged(page), true)
  await page.keyboard.press('End')
  await page.waitForFunction(`document.activeElement.textContent.includes('switch-cell/configuration')`)
  await page.keyboard.press('Home')
  await page.waitForFunction(`document.activeElement.textContent.includes('historian/database')`)

  await page.goto('/items/plc-filler/program?part=timeline')
  const opener = page.getByRole('button', { name: 'Approve', exact: true }).first()
  await opener.focus({ timeout: 40_000 })
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab')
    assert.equal(
      await page.evaluate(
        `document.activeElement === document.body || document.activeElement.closest('dialog') !== null`,
      ),
      true,
    )
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await focused(page), 'Approve')

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  assert.equal(await page.evaluate('document.activeElement.id'), 'main')
  assert.deepEqual(faults, [])
})
