import assert from 'node:assert/strict'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { freeNeighbours } from '../../lab/plant/free-ports.ts'
import { type Served, serveSite } from '../../lab/serve-site.ts'
import { findEnglish } from './find-english.ts'
import { watchedPage } from './open-browser.ts'
import { openSitePage, type SitePage } from './open-site-page.ts'
import { administrator, firstStart } from './sign-in-as.ts'

const most = { timeout: 240_000 }
const siteYaml = `# What nobody has described yet
site: { name: New plant, timezone: Europe/Paris }
zones:
  - { id: operations, level: 3 }
node: { zone: operations }
places:
  - { id: local, via: local, options: { path: ./data/repository }, medium: disk, location: plant, domain: node }
`
const closing = new AsyncDisposableStack()
let opened: SitePage
let port = 0
/** Started anew by a test. */
let node: Served

before(async () => {
  // what the node cannot read yet
  const files = { 'site.yaml': siteYaml, 'away/\u202E<img src=x onerror=alert(1)>.st': 'x := 1;\n' }
  port = await freeNeighbours(1)
  opened = closing.use(await openSitePage({ files, port }))
  node = opened.node
}, most)
after(() => closing.disposeAsync(), most)

test('from a site without any device, the page leads to the first capture', most, async () => {
  const { page } = opened.watched
  await firstStart(page, node.token ?? '')
  await page.getByRole('link', { name: 'Describe a device' }).click()
  await page.getByLabel('Id', { exact: true }).fill('plc-filler')
  await page.getByLabel('Name', { exact: true }).fill('Filler PLC')
  await page.getByLabel('How it is read').selectOption('files')
  const folder = page.getByLabel('Folder to capture')
  assert.equal(await folder.inputValue(), '', 'not the whole disk of the node')
  await folder.fill('./plc')
  await page.getByRole('button', { name: 'Look at it in site.yaml' }).click()
  await page.waitForFunction(() => {
    const field = document.activeElement
    return (
      field instanceof HTMLTextAreaElement && /^\s*assets:\n.*plc-filler/.test(field.value.slice(field.selectionStart))
    )
  })
  await page.getByRole('button', { name: 'Compare and save…' }).click()
  await page.getByRole('button', { name: 'Save and put in force' }).click()
  await page.getByText('Saved, and in force').waitFor()
  // the device's own page is next, with its first capture
  await page.getByRole('button', { name: 'Capture now' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/items/plc-filler/program')
  assert.ok((await readFile(opened.site.at('site.yaml'), 'utf8')).startsWith(siteYaml.slice(0, 40)))
})

test('a first capture that fails tells a French reader in French why', most, async () => {
  const storageState = await opened.watched.page.context().storageState()
  const { page, faults } = await watchedPage(opened.browser, node.url, { locale: 'fr-FR', storageState })
  await page.goto('/')
  await page.getByRole('button', { name: 'Capturer maintenant' }).click()
  const why = page.getByText(/plc n’existe pas\. Vérifiez options\.path, et que le disque ou le partage est monté\./)
  await why.first().waitFor({ timeout: 30_000 })
  const given = await readFile(opened.site.at('site.yaml'), 'utf8')
  for (const address of ['/', '/items/plc-filler/program?part=timeline', '/activity']) {
    await page.goto(address)
    await why.first().waitFor()
    assert.deepEqual(await findEnglish(page, given), [], address)
  }
  assert.deepEqual(faults, [])
  await page.context().close()
  await rename(opened.site.at('away'), opened.site.at('plc'))
})

test('the first capture is on the page of its item', most, async () => {
  const { page } = opened.watched
  await page.goto('/items/plc-filler/program?part=timeline')
  await page.getByRole('button', { name: 'Capture now' }).click()
  await page.getByText('On the device from').waitFor({ timeout: 30_000 })
})

test('what a device names is text: it runs nothing, and what would turn it is shown', most, async () => {
  const { page, faults } = opened.watched
  await page.goto('/items/plc-filler/program?part=files')
  await page.getByText('⟨U+202E⟩<img src=x onerror=alert(1)>.st').first().waitFor()
  assert.equal(await page.locator('main img').count(), 0)
  assert.deepEqual(faults, [])
})

test('the password of a device is set in the page, and not shown again', most, async () => {
  const { page } = opened.watched
  await page.goto('/start')
  await page.getByLabel('Id', { exact: true }).fill('robot-1')
  await page.getByLabel('Name', { exact: true }).fill('Robot')
  await page.getByLabel('Address').fill('127.0.0.1')
  await page.getByLabel('User on the device').fill('maint')
  await page.getByRole('button', { name: 'Look at it in site.yaml' }).click()
  await page.getByRole('button', { name: 'Compare and save…' }).click()
  await page.getByRole('button', { name: 'Save and put in force' }).click()
  await page.getByText('Saved, and in force').waitFor()
  await page.goto('/items/robot-1/program')
  await page.getByLabel('Secret robot-1').fill('geheim-7f3a')
  await page.getByRole('button', { name: 'Set the secret' }).click()
  await page.getByRole('heading', { name: 'Secrets not set' }).waitFor({ state: 'detached' })
  const kept = JSON.parse(await readFile(opened.site.at('data', 'secrets.json'), 'utf8'))
  assert.deepEqual(Object.keys(kept.secrets), ['robot-1'])
  assert.doesNotMatch(await page.content(), /geheim/)
})

test(
  'a draft outlives another language and a session that ends; nobody else sees it, and it is gone once discarded',
  most,
  async () => {
    const { page } = opened.watched
    await page.goto('/settings')
    const text = page.getByRole('textbox', { name: /The site’s definition|La définition/ })
    const value = await text.inputValue()
    await text.fill(`${value}# not saved yet\n`)
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('button', { name: 'Français' }).click()
    await page.getByText('Modifié, non enregistré').waitFor()
    assert.match(await text.inputValue(), /# not saved yet\n$/)
    await page.getByRole('button', { name: 'Compte et apparence' }).click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('Changed, not saved').waitFor()
    await page.context().clearCookies()
    await text.press('End')
    await text.press('#')

    assert.equal(await page.evaluate(() => Object.keys(sessionStorage).join()), 'blackstart.site-draft claire')
    await page.getByLabel('Name', { exact: true }).fill(administrator.name)
    await page.getByLabel('Password').fill(administrator.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Changed, not saved').waitFor()
    assert.match(await text.inputValue(), /# not saved yet#\n$/)
    await page.getByRole('button', { name: 'Discard' }).click()
    assert.equal(await text.inputValue(), value)
    await page.reload()
    await page.getByText('In force', { exact: true }).waitFor()
    assert.equal(await page.evaluate(() => Object.keys(sessionStorage).length), 0)
  },
)

test(
  'a file with errors on the disk is shown to everybody, and what is in force is put back in its place',
  most,
  async () => {
    const { page } = opened.watched
    const file = opened.site.at('site.yaml')
    const good = await readFile(file, 'utf8')
    const broken = good.replace('zone: operations', 'zone: cell-zzz')
    await writeFile(file, broken)
    await page.goto('/')
    await page.getByRole('link', { name: 'Look at the errors' }).first().click()
    await page.getByText('On the disk, not in force').waitFor()
    await page.getByText('"cell-zzz" is not a zone of this site').waitFor()
    assert.equal(await page.getByText('Nothing is wrong').count(), 0)
    // whoever only looks has nothing to lose
    await page.getByRole('link', { name: 'Storage', exact: true }).click()
    await page.getByRole('heading', { name: 'Storage', level: 1 }).waitFor()
    await page.goBack()
    const text = page.getByRole('textbox', { name: 'The site’s definition' })
    await text.fill(`${good}# mended\n`)
    await page.getByRole('button', { name: 'Discard' }).click()
    assert.equal(await text.inputValue(), broken)
    await page.getByRole('button', { name: 'Put the one in force back…' }).click()
    await page.getByText('only the file on the disk changes').waitFor()
    await page.getByRole('button', { name: 'Save and put in force' }).click()
    await page.getByText('In force', { exact: true }).waitFor()
    assert.equal(await readFile(file, 'utf8'), good)
    await page.getByText('The file on the disk has errors').waitFor({ state: 'detached' })
    await page.goto('/settings?part=versions')
    const row = page.getByRole('row').filter({ hasText: '1 error' })
    await row.getByRole('button', { name: 'Compare with the one in force' }).waitFor()
    assert.equal(await row.getByRole('button', { name: 'Take this one again…' }).count(), 0)
  },
)

test('two who edit at once lose nothing: what the other saved is shown, and mine is applied on it', most, async () => {
  const { page } = opened.watched
  const other = await page.context().newPage()
  const field = { name: 'The site’s definition' }
  for (const one of [page, other]) {
    await one.goto('/settings')
    const text = one.getByRole('textbox', field)
    const value = await text.inputValue()
    await text.fill(one === page ? `${value}# mine\n` : value.replace('name: New plant', 'name: Their plant'))
  }
  await other.getByRole('button', { name: 'Compare and save…' }).click()
  await other.getByRole('button', { name: 'Save and put in force' }).click()
  await other.getByText('Saved, and in force').waitFor()
  await other.close()
  await page.getByRole('button', { name: 'Look at both' }).click()
  await page.getByRole('button', { name: 'Apply mine on theirs' }).click()
  await page.getByRole('button', { name: 'Compare and save…' }).click()
  await page.getByRole('button', { name: 'Save and put in force' }).click()
  await page.getByText('Saved, and in force').waitFor()
  const saved = await readFile(opened.site.at('site.yaml'), 'utf8')
  assert.match(saved, /Their plant/)
  assert.ok(saved.endsWith('# mine\n'))
  await page.goto('/settings?part=versions')
  await page.getByRole('button', { name: 'Take this one again…' }).first().click()
  await page.getByRole('button', { name: 'Save and put in force' }).click()
  await page.getByText('Saved, and in force').waitFor()
  assert.doesNotMatch(await readFile(opened.site.at('site.yaml'), 'utf8'), /# mine/)
})

test('a node that stops is told with the time since when, and comes back without reloading', most, async () => {
  const { page } = opened.watched
  const drafting = await page.context().newPage()
  await drafting.goto('/settings')
  const draft = drafting.getByRole('textbox', { name: 'The site’s definition' })
  await draft.fill(`${await draft.inputValue()}# a draft\n`)
  await drafting.getByText('Nothing is wrong').waitFor()
  await page.goto('/')
  await page.getByText('Live').waitFor()
  await node[Symbol.asyncDispose]()
  await draft.fill(`${await draft.inputValue()}# typed without the node\n`)
  await drafting.getByText('What you have typed stays here').waitFor({ timeout: 30_000 })
  await page.getByText(/^Cut off from the node since \d\d:\d\d:\d\d$/).waitFor({ timeout: 30_000 })
  await page.getByRole('heading', { name: 'Can it be restored in time?' }).waitFor()
  // a page that was never opened is there all the same
  await page.getByRole('link', { name: 'Activity', exact: true }).click()
  await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  await page.getByRole('link', { name: /^Overview/ }).click()
  node = closing.use(
    await serveSite(opened.site.folder, { port, signal: AbortSignal.timeout(40_000), withPages: true }),
  )
  await page.getByText(/^Cut off from the node/).waitFor({ state: 'hidden', timeout: 40_000 })
  await drafting.getByText('Nothing is wrong').waitFor({ timeout: 30_000 })
  assert.match(await draft.inputValue(), /# typed without the node\n$/)
  await drafting.close()
})

test('a page whose script does not come is tried again, and the others are reached meanwhile', most, async () => {
  const { page } = opened.watched
  await page.route('**/built/risk-page*', route => route.abort())
  await page.goto('/')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.getByRole('link', { name: 'Risk', exact: true }).click()
  await page.getByRole('heading', { name: 'This page is not loaded yet' }).waitFor()
  await page.getByRole('link', { name: 'Storage', exact: true }).click()
  await page.getByRole('heading', { name: 'Storage', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Risk', exact: true }).click()
  await page.unroute('**/built/risk-page*')
  await page.getByRole('heading', { name: 'Risk', level: 1 }).waitFor()
})

test('where the node serves another build, the page is loaded anew once, and not for ever', most, async () => {
  const { page } = opened.watched
  let loads = 0
  await page.route('**/built/storage-page*', route => route.abort())
  await page.route('**/', route =>
    route.request().resourceType() === 'fetch'
      ? route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/built/other-1.js"></script>' })
      : route.continue(),
  )
  await page.goto('/')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  page.on('load', () => {
    loads += 1
  })
  await page.getByRole('link', { name: 'Storage', exact: true }).click()
  await page.waitForEvent('load')
  await page.getByRole('heading', { name: 'This page is not loaded yet' }).waitFor()
  await page.waitForTimeout(1_500)
  assert.equal(loads, 1)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.getByRole('heading', { name: 'Storage', level: 1 }).waitFor()
})
