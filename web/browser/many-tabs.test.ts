import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { watchedPage } from './open-browser.ts'
import { openSitePage, type SitePage } from './open-site-page.ts'
import { administrator, firstStart, signInAs } from './sign-in-as.ts'
import { tellSeen } from './tell-seen.ts'

const most = { timeout: 240_000 }
const closing = new AsyncDisposableStack()
let opened: SitePage

before(async () => {
  opened = closing.use(await openSitePage({ files: { 'plc/main.st': 'x := 1;\n' } }))
}, most)
after(() => closing.disposeAsync(), most)

test(
  'more tabs than a browser has connections for: each loads, and one that is seen again knows what came meanwhile',
  most,
  async () => {
    const { page: first, faults } = await watchedPage(opened.browser, opened.node.url)
    await firstStart(first, opened.node.token ?? '')
    const versions = first.locator('li.version')
    await first.goto('/items/plc-filler/program?part=timeline')
    await first.getByText('Live').waitFor()
    await versions.first().waitFor()
    assert.equal(await versions.count(), 1)
    await tellSeen(first, 'hidden')
    let last = first
    for (let tab = 2; tab <= 9; tab += 1) {
      last = await first.context().newPage()
      await last.goto('/people', { timeout: 10_000 })
      await last.getByText('Live').waitFor({ timeout: 10_000 })
      await tellSeen(last, 'hidden')
    }
    await opened.site.write('plc/main.st', 'x := 2;\n')
    const captured = await opened.site.run(['capture'])
    assert.equal(captured.code, 0, captured.err)
    await tellSeen(first, 'visible')
    await first.getByText('Live').waitFor({ timeout: 10_000 })
    await versions.nth(1).waitFor({ timeout: 10_000 })
    assert.deepEqual(faults, [])
  },
)

test('a tab that was loaded out of sight shows, once it is seen, what came before that', most, async () => {
  const { page: first, faults } = await watchedPage(opened.browser, opened.node.url)
  await signInAs(first, administrator.name, administrator.password)
  const back = await first.context().newPage()
  await back.addInitScript(
    "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })",
  )
  await back.goto('/items/plc-filler/program?part=timeline')
  await back.locator('li.version').first().waitFor()
  const before = await back.locator('li.version').count()
  await opened.site.write('plc/main.st', 'x := 4;\n')
  const captured = await opened.site.run(['capture'])
  assert.equal(captured.code, 0, captured.err)
  await tellSeen(back, 'visible')
  await back.locator('li.version').nth(before).waitFor({ timeout: 10_000 })
  assert.deepEqual(faults, [])
})

test(
  'who signs out and in again in another tab is signed out and in here too, without typing twice',
  most,
  async () => {
    const { page: first, faults } = await watchedPage(opened.browser, opened.node.url)
    await signInAs(first, administrator.name, administrator.password)
    await first.goto('/items/plc-filler/program?part=timeline')
    await first.getByText('Live').waitFor()
    const other = await first.context().newPage()
    await other.goto('/')
    await other.getByRole('button', { name: 'Account and appearance' }).click()
    await other.getByRole('button', { name: 'Sign out' }).click()
    await first.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signInAs(other, administrator.name, administrator.password)
    await tellSeen(first, 'hidden')
    await tellSeen(first, 'visible')
    const taken = first.waitForResponse(response => response.request().method() === 'POST')
    await first.getByRole('button', { name: 'Capture now' }).click()
    assert.equal((await taken).ok(), true)
    assert.deepEqual(faults, [])
  },
)

test('nine windows in sight at once: each loads, and each shows what happens', most, async () => {
  const { page: first, faults } = await watchedPage(opened.browser, opened.node.url)
  await signInAs(first, administrator.name, administrator.password)
  const windows = [first]
  while (windows.length < 9) windows.push(await first.context().newPage())
  for (const window of windows) {
    await window.goto('/items/plc-filler/program?part=timeline', { timeout: 10_000 })
    await window.getByText('Live').waitFor({ timeout: 10_000 })
  }
  const before = await first.locator('li.version').count()
  await opened.site.write('plc/main.st', 'x := 3;\n')
  const captured = await opened.site.run(['capture'])
  assert.equal(captured.code, 0, captured.err)
  for (const window of windows) await window.locator('li.version').nth(before).waitFor({ timeout: 10_000 })
  assert.deepEqual(faults, [])
})

const brokenWorkers = {
  'refuses to start the shared worker': "throw new DOMException('denied', 'SecurityError')",
  'cannot load the shared worker': "setTimeout(() => this.onerror?.(new Event('error')), 50)",
}
for (const [fault, does] of Object.entries(brokenWorkers)) {
  test(`a page whose browser ${fault} listens by itself`, most, async () => {
    const { page, faults } = await watchedPage(opened.browser, opened.node.url)
    const port = '{ postMessage() {}, close() {} }'
    await page.addInitScript(`window.SharedWorker = class { port = ${port}; constructor() { ${does} } }`)
    await signInAs(page, administrator.name, administrator.password)
    await page.getByText('Live').waitFor({ timeout: 10_000 })
    assert.deepEqual(faults, [])
  })
}
