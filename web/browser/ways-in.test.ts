import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { codeAt, stepAt } from '../../src/node/people/totp.ts'
import { findFaults } from './find-faults.ts'
import { forgetProof } from './forget-proof.ts'
import { watchedPage } from './open-browser.ts'
import { openSitePage, type SitePage } from './open-site-page.ts'
import { administrator, firstStart, typeSignIn } from './sign-in-as.ts'

const most = { timeout: 240_000 }
const closing = new AsyncDisposableStack()
let opened: SitePage
let keys: CDPSession
let key: string

before(async () => {
  opened = closing.use(await openSitePage())
  const { page } = opened.watched
  keys = await page.context().newCDPSession(page)
  await keys.send('WebAuthn.enable')
  key = await addKey()
  await firstStart(page, opened.node.token ?? '')
}, most)
after(() => closing.disposeAsync(), most)

/** A security key of the browser's own making, that verifies whoever touches it. */
async function addKey(): Promise<string> {
  const { authenticatorId } = await keys.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return authenticatorId
}

const section = (page: Page, name: string) => page.getByRole('region', { name })

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account and appearance' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
}

test('a passkey is made in the page, and a second one on the same device is said to be needless', most, async () => {
  const { page } = opened.watched
  await page.goto('/account')
  const passkeys = section(page, 'Passkeys')
  await passkeys.getByLabel('Name of the new passkey').fill('Control room key')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByText('Control room key').waitFor()
  const { credentials } = await keys.send('WebAuthn.getCredentials', { authenticatorId: key })
  assert.deepEqual(
    credentials.map(({ rpId }) => rpId),
    ['localhost'],
  )
  await passkeys.getByLabel('Name of the new passkey').fill('Again')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByText('already holds a passkey of your account').waitFor()
  assert.deepEqual(await findFaults(page), [])
})

test('by the passkey alone one signs in again', most, async () => {
  const { page } = opened.watched
  await signOut(page)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
})

test('the passkey is the fresh proof for what is grave', most, async () => {
  const { page } = opened.watched
  forgetProof(opened.site.folder)
  await page.goto('/account')
  await section(page, 'Authenticator').getByRole('button', { name: 'Set up an authenticator' }).click()
  const proof = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await proof.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Nothing was done: you did not confirm who you are.').waitFor()
  await section(page, 'Authenticator').getByRole('button', { name: 'Set up an authenticator' }).click()
  await proof.getByRole('button', { name: 'With a passkey' }).click()
  await proof.waitFor({ state: 'detached' })
  await page.getByText('Scan this with your authenticator').waitFor()
})

test(
  'an authenticator is set up from the key that is shown, and its codes are asked for from then on',
  most,
  async () => {
    const { page } = opened.watched
    const seed = await beginAuthenticator(page)
    const part = section(page, 'Authenticator')
    await part.getByRole('img', { name: 'QR code of the key below' }).waitFor()
    assert.deepEqual(await findFaults(page), [])
    await part.getByLabel('Code', { exact: true }).fill('000000')
    await part.getByRole('button', { name: 'Confirm' }).click()
    await part.getByText('This is not the code that the app should show').waitFor()
    await part.getByLabel('Code', { exact: true }).fill(codeAt(seed, stepAt(new Date())))
    await part.getByRole('button', { name: 'Confirm' }).click()
    await part.getByText('Signing in asks for a code of your authenticator.').waitFor()

    await signOut(page)
    await typeSignIn(page, administrator.name, administrator.password)
    const field = page.getByLabel('Code of your authenticator')
    await field.waitFor()
    assert.equal(await field.evaluate(one => one === document.activeElement), true)
    // a code is good once: the next one
    await field.fill(codeAt(seed, stepAt(new Date()) + 1))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
  },
)

test('who guesses codes is told that they are wrong, then how long to wait; the passkey goes on', most, async () => {
  const guessing = await watchedPage(opened.browser, opened.node.url)
  const { page } = guessing
  await typeSignIn(page, administrator.name, administrator.password)
  const field = page.getByLabel('Code of your authenticator')
  const enter = page.getByRole('button', { name: 'Sign in', exact: true })
  await field.waitFor()
  for (let tries = 0; tries < 6; tries += 1) {
    await field.fill(`00000${tries}`)
    await enter.click()
    await page.getByText('Signing in was refused: name, password or code is wrong.').waitFor()
    await enter.and(page.locator(':enabled')).waitFor()
  }
  await enter.click()
  await page.getByText('Too many failed attempts').waitFor()
  await page.getByRole('button', { name: /^Wait \d+ s$/ }).waitFor()
  assert.equal(await page.getByRole('button', { name: /^Wait \d+ s$/ }).isDisabled(), true)
  assert.deepEqual(await findFaults(page), [])
  await page.reload()
  assert.deepEqual(guessing.faults, [])
  await page.context().close()

  await signOut(opened.watched.page)
  await opened.watched.page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await opened.watched.page.getByRole('heading', { name: 'Overview' }).waitFor()
})

test('the authenticator and the passkey are taken away again, and said to be gone', most, async () => {
  const { page } = opened.watched
  await page.goto('/account')
  await section(page, 'Authenticator').getByRole('button', { name: 'Take it away…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take it away' }).click()
  await section(page, 'Authenticator').getByRole('button', { name: 'Set up an authenticator' }).waitFor()
  await section(page, 'Passkeys').getByRole('button', { name: 'Remove…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove a passkey' })
  await dialog.getByText('Control room key').waitFor()
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await section(page, 'Passkeys').getByText('You have none yet.').waitFor()
  await signOut(page)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('Signing in was refused').waitFor()
})

test('a browser that has no passkey for the node, or gives none, is told so in words', most, async () => {
  const { page } = opened.watched
  await keys.send('WebAuthn.clearCredentials', { authenticatorId: key })
  await page.reload()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('No passkey was given').waitFor({ timeout: 30_000 })
  assert.deepEqual(opened.watched.faults, [])
})

async function beginAuthenticator(page: Page): Promise<Buffer> {
  const shown = (await section(page, 'Authenticator').locator('code').textContent()) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...shown.replaceAll(' ', '')].map(sign => alphabet.indexOf(sign).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
}
