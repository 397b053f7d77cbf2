import { test } from 'node:test'
import { openSitePage } from './open-site-page.ts'
import { firstStart } from './sign-in-as.ts'

test('what init itself writes is said to be an example, and the way to a real device stays', {
  timeout: 240_000,
}, async () => {
  await using opened = await openSitePage()
  const { page } = opened.watched
  await firstStart(page, opened.node.token ?? '')
  await page.getByText('This is the example that init wrote').waitFor()
  await page.getByRole('link', { name: 'Add a device' }).click()
  await page.getByLabel('Id', { exact: true }).waitFor()
  await page.getByText('This is the example that init wrote').waitFor()
  await page.goto('/items')
  await page.getByRole('link', { name: 'Add a device' }).waitFor()
})
