import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { findEnglish } from './find-english.ts'
import { findFaults } from './find-faults.ts'
import { watchedPage } from './open-browser.ts'
import { openSitePage, type SitePage } from './open-site-page.ts'
import { administrator, firstStart, signInAs } from './sign-in-as.ts'
import { tooWide } from './too-wide.ts'

const most = { timeout: 240_000 }
const phone = { viewport: { width: 390, height: 844 } }
const siteYaml = `site: { name: Saint-Aubin, timezone: Europe/Paris }
zones:
  - { id: cell, name: Filling, level: 1 }
  - { id: operations, level: 3 }
conduits:
  - { from: operations, to: cell, allow: [ftp] }
node: { zone: operations }
processes:
  - id: filling   # the line that earns the money
    name: Filling
    data: configuration
    mtdl: 4h      # asked in May
    needs: [plc]
assets:
  - id: plc
    name: Filler PLC
    kind: plc
    zone: cell
    items:
      - { id: program, kind: program, via: files, options: { path: ./plc } }
      - { id: recipes, kind: recipes, via: ftp, options: { host: 127.0.0.1, port: 9, user: maint, secret: plc } }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`
const closing = new AsyncDisposableStack()
let opened: SitePage

before(async () => {
  const files = { 'site.yaml': siteYaml, 'plc/main.st': 'x := 1;\n' }
  opened = closing.use(await openSitePage({ files, browser: phone }))
}, most)
after(() => closing.disposeAsync(), most)

test(
  'on a phone, by keyboard alone, a process without an MTD is asked about, and the answers are saved',
  most,
  async () => {
    const { page, faults } = opened.watched
    await firstStart(page, opened.node.token ?? '')
    await page.getByRole('link', { name: 'Answer its questions' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Interview: Filling' }).waitFor()
    assert.deepEqual(await tooWide(page), [])
    assert.deepEqual(await findFaults(page), [])
    const mtd = page.getByLabel('How long may Filling stand still')
    await mtd.focus()
    await page.keyboard.type('soon')
    await page.getByRole('alert').filter({ hasText: 'give a time such as' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Compare and save…' }).isDisabled(), true)
    await page.keyboard.press('Control+A')
    await page.keyboard.type('8 hours')
    await page.keyboard.press('Tab')
    await page.keyboard.type('9h')
    await page.getByText('These cannot all be right').waitFor()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('20m')
    await page.getByText('2 new answers').waitFor()
    await page.getByLabel('If all that changed in the last hour').focus()
    await page.keyboard.type('10m')
    await page.getByText(/Losing 4h costs 40m of work\. Of the MTD of 8h people need 20m/).waitFor()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'What changes in site.yaml' })
    await dialog.getByText('mtd: 8h').first().waitFor()
    await dialog.getByRole('button', { name: 'Save and put in force' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Saved, and in force').waitFor()
    const saved = await readFile(opened.site.at('site.yaml'), 'utf8')
    assert.match(saved, /mtd: 8h/)
    assert.match(saved, /detect: 20m/)
    assert.match(saved, /mtdl: 4h {6}# asked in May/)
    // what was answered is what is known now
    await page.getByText('No new answer yet').waitFor()
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[name=mtd]')?.value === '8h')
    await page.goto('/')
    await page.getByText('Can it be restored in time?').waitFor()
    await page.getByText('8 hours').first().waitFor()
    assert.equal(await page.getByRole('link', { name: 'Answer its questions' }).count(), 0)
    assert.deepEqual(faults, [])
  },
)

test('French asks in French', most, async () => {
  const { page, faults } = await watchedPage(opened.browser, opened.node.url, { ...phone, locale: 'fr-FR' })
  await page.goto('/')
  await page.getByLabel('Nom', { exact: true }).fill(administrator.name)
  await page.getByLabel('Mot de passe').fill(administrator.password)
  await page.getByRole('button', { name: 'Se connecter', exact: true }).click()
  await page.locator('#processes').waitFor()
  await page.goto('/processes/filling/interview')
  await page.getByLabel('Combien de temps Filling peut-il rester à l’arrêt').waitFor()
  await page.getByText(/Perdre 4h coûte 40m de travail\. De la MTD de 8h/).waitFor()
  assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /How long|The answer is|people need/)
  await page.goto('/items/plc/program?part=timeline')
  await page.getByRole('button', { name: 'Revenir en arrière…' }).click()
  await page.getByRole('dialog').getByText('écrit', { exact: true }).waitFor()
  assert.deepEqual(await findEnglish(page, siteYaml), [])
  assert.deepEqual(faults, [])
  await page.context().close()
})

test('what was never measured is given no time, and what has no copy is lost whole', most, async () => {
  const { page, faults } = await watchedPage(opened.browser, opened.node.url)
  await signInAs(page, administrator.name, administrator.password)
  await page.goto('/processes/filling')
  const inAll = page.getByRole('listitem').filter({ hasText: 'In all, people’s work not counted' })
  // of the recipes there is nothing to restore
  await inAll.getByText('not possible').waitFor()
  await page.goto('/risk?part=what-if&lose=node')
  await page.getByText('It runs on, but no verified copy would be left of plc/program').first().waitFor()
  await page.goto('/risk?part=what-if&lose=site')
  await page.getByText('all of what no copy is left of more than the MTDL allows').waitFor()
  assert.deepEqual(faults, [])
  await page.context().close()
})

test('the copies are verified from the page, and the result is in the journal', most, async () => {
  const { page, faults } = await watchedPage(opened.browser, opened.node.url)
  await signInAs(page, administrator.name, administrator.password)
  await page.goto('/storage')
  await page.getByRole('button', { name: 'Verify every byte' }).click()
  await page.getByText('Everything is sound').waitFor({ timeout: 30_000 })
  await page.getByText('sound, every byte read').waitFor()
  assert.deepEqual(await findFaults(page), [])
  const journal = await readFile(opened.site.at('data', 'journal.jsonl'), 'utf8')
  assert.match(journal, /"actor":"claire .*"type":"verified","place":"local","readData":true,"errors":0/)
  assert.deepEqual(faults, [])
  await page.context().close()
})

test('the flows are read, filtered and taken away', most, async () => {
  const { page, faults } = opened.watched
  await page.goto('/map')
  await page.getByRole('link', { name: 'Flows for the firewall' }).click()
  await page.getByRole('heading', { name: 'Flows', level: 1 }).waitFor()
  await page.getByText('tcp 9').first().waitFor()
  assert.deepEqual(await tooWide(page), [])
  assert.deepEqual(await findFaults(page), [])
  await page.getByLabel('Purpose').selectOption('conduit')
  await page.getByText('1 flow', { exact: true }).waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'For nftables' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'flows.nft')
  assert.match(await readFile(await download.path(), 'utf8'), /table inet blackstart/)
  assert.deepEqual(faults, [])
})

test('a directory is set up in the settings, and its secret is not shown again', most, async () => {
  const { page, faults } = opened.watched
  await page.goto('/settings?part=directories')
  await page.locator('section', { hasText: 'OpenID Connect' }).getByRole('button', { name: 'Set up…' }).click()
  const dialog = page.getByRole('dialog', { name: 'OpenID Connect' })
  assert.deepEqual(await findFaults(page), [])
  await dialog.getByLabel('Issuer').fill('https://login.plant.example')
  await dialog.getByLabel('Client', { exact: true }).fill('blackstart')
  await dialog.getByLabel('The client’s secret').fill('geheim-7f3a')
  await dialog.getByLabel('Group', { exact: true }).fill('automation')
  await dialog.getByLabel('Role').selectOption('engineer')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('https://login.plant.example').waitFor()
  const kept = await readFile(opened.site.at('data', 'identity', 'accounts.json'), 'utf8')
  assert.match(kept, /login\.plant\.example/)
  assert.doesNotMatch(kept + (await page.content()), /geheim/)
  await page.getByRole('button', { name: 'Ask it no more' }).click()
  await page.getByText('It is asked no more').waitFor()
  assert.deepEqual(faults, [])
})

test('of parts that do not fit on a phone, the one that is looked at is in sight', most, async () => {
  const { page } = opened.watched
  await page.goto('/settings?part=directories')
  const chosen = page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Directories' })
  await chosen.waitFor()
  const sides = await chosen.evaluate(link => [link.getBoundingClientRect().left, link.getBoundingClientRect().right])
  assert.ok((sides[0] ?? -1) >= 0 && (sides[1] ?? Number.POSITIVE_INFINITY) <= page.viewportSize()!.width, `${sides}`)
})
