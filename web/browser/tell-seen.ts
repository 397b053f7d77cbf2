import type { Page } from 'playwright-core'

/** A tab without a window is always seen: this one is told that it is, or is not. */
export async function tellSeen(page: Page, seen: 'visible' | 'hidden'): Promise<void> {
  await page.evaluate(state => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }, seen)
}
