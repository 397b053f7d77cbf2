import type { Page } from 'playwright-core'

export const administrator = {
  name: 'claire',
  displayName: 'Claire Moreau',
  password: 'quatre mots faciles à taper',
}

/** Makes the first administrator; ends on the overview. */
export async function firstStart(page: Page, token: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('One-time token').fill(token)
  await page.getByLabel('Your name').fill(administrator.displayName)
  await page.getByLabel('Name to sign in with').fill(administrator.name)
  await page.getByLabel('New password').fill(administrator.password)
  await page.getByRole('button', { name: 'Make the first administrator' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

export async function signInAs(page: Page, name: string, password: string): Promise<void> {
  await typeSignIn(page, name, password)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

export async function typeSignIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
