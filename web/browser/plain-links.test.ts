import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type OidcIssuer, startOidcIssuer } from '../../lab/peers/oidc-issuer.ts'
import type { SiteFolder } from '../../lab/site-folder.ts'
import { forgetProof } from './forget-proof.ts'
import { watchedPage } from './open-browser.ts'
import { openSitePage, type SitePage } from './open-site-page.ts'
import { administrator, firstStart, typeSignIn } from './sign-in-as.ts'

const most = { timeout: 240_000 }
const closing = new AsyncDisposableStack()
let opened: SitePage
let issuer: OidcIssuer

before(async () => {
  issuer = closing.use(
    await startOidcIssuer({ id: 'blackstart', secret: null }, { preferred_username: 'marie', groups: ['strangers'] }),
  )
  opened = closing.use(await openSitePage({ files: { 'plc/main.st': 'x := 1;\n' }, prepare }))
  await firstStart(opened.watched.page, opened.node.token ?? '')
}, most)
after(() => closing.disposeAsync(), most)

async function prepare(site: SiteFolder): Promise<void> {
  const grants = '[{ group: automation, grants: [{ role: viewer, zones: all }] }]'
  await site.write('directory.yaml', `oidc: { issuer: '${issuer.issuer}', clientId: blackstart, grants: ${grants} }\n`)
  for (const words of [['capture'], ['people', 'directory', 'set', site.at('directory.yaml')]]) {
    const ran = await site.run(words)
    assert.equal(ran.code, 0, ran.err)
  }
}

/** At the issuer's own page the person says yes or no, and is sent back. */
async function issuerAnswers(page: Page, answer: (asked: string) => Promise<string>): Promise<void> {
  await page.waitForURL(`${issuer.issuer}/authorize*`)
  const asked = page.url()
  const back = new URL(new URL(asked).searchParams.get('redirect_uri') ?? '')
  back.search = await answer(asked)
  await page.goto(back.href)
}

test(
  'whom the company’s account does not let in is back at the sign-in, told why in their language, and signs in locally',
  most,
  async () => {
    const { page } = await watchedPage(opened.browser, opened.node.url, { locale: 'fr-FR' })
    const company = page.getByRole('link', { name: 'Se connecter avec le compte de l’entreprise' })
    await page.goto('/')
    await company.click()
    await issuerAnswers(page, async asked => {
      const state = new URL(asked).searchParams.get('state') ?? ''
      const error_description = '<img src=x onerror=alert(1)> broken'
      return new URLSearchParams({ error: 'access_denied', error_description, state, iss: issuer.issuer }).toString()
    })
    await page.getByText('Le compte de l’entreprise ne vous a pas laissé passer').waitFor()
    assert.doesNotMatch(await page.content(), /broken|onerror/)
    await company.click()
    await issuerAnswers(page, asked => issuer.visit(asked))
    await page.getByText('aucun de vos groupes n’a de rôle ici').waitFor()
    await page.getByLabel('Nom', { exact: true }).fill(administrator.name)
    await page.getByLabel('Mot de passe').fill(administrator.password)
    await page.getByRole('button', { name: 'Se connecter', exact: true }).click()
    await page.getByRole('heading', { name: 'Vue d’ensemble' }).waitFor()
    assert.equal(new URL(page.url()).search, '')
    await page.context().close()
  },
)

test('whom it vouches for is signed in', most, async () => {
  issuer.misdeeds.claims = { preferred_username: 'marie', groups: ['automation'] }
  const { page } = await watchedPage(opened.browser, opened.node.url)
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign in with the company’s account' }).click()
  await issuerAnswers(page, asked => issuer.visit(asked))
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.context().close()
})

test('a download of the node’s own items asks for the proof first, then comes', most, async () => {
  const { page, faults } = opened.watched
  await page.goto('/items/node/site?part=files')
  const zip = page.getByRole('link', { name: 'All as zip' })
  await zip.waitFor()
  forgetProof(opened.site.folder)
  await zip.click()
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await proof.getByLabel('Password').fill(administrator.password)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    proof.getByRole('button', { name: 'Confirm', exact: true }).click(),
  ])
  assert.match(download.suggestedFilename(), /^node-site-\d{8}T\d{6}\.\d{3}Z-[0-9a-z]{4}\.zip$/)
  assert.equal((await readFile(await download.path())).subarray(0, 2).toString(), 'PK')
  const downloads = await page.evaluate(`fetch('/api/journal?what=downloaded').then(answer => answer.json())`)
  assert.equal((downloads as { rows: unknown[] }).rows.length, 1, 'told once')
  assert.deepEqual(faults, [])
})

test('a download that is opened by its address, and refused, leads to the page of the item', most, async () => {
  const { page } = opened.watched
  forgetProof(opened.site.folder)
  await page.goto('/api/items/node/site/versions/latest/zip')
  await page.getByText('The download was not given').waitFor()
  await page.getByText('Show first who you are').waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.getByText('The download was not given').waitFor({ state: 'detached' })
  const stranger = await watchedPage(opened.browser, opened.node.url)
  await stranger.page.goto('/api/items/node/site/versions/latest/zip')
  await stranger.page.getByText('Sign in first').waitFor()
  await typeSignIn(stranger.page, administrator.name, administrator.password)
  await stranger.page.context().close()
})
