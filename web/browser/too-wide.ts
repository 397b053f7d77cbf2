import type { Page } from 'playwright-core'

/** What must be scrolled sideways: the page itself, or a table in it. */
export async function tooWide(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const parts = [document.documentElement, ...document.querySelectorAll('.table-frame, .card, main ul, dialog[open]')]
    return parts.flatMap(part => {
      const over = part.scrollWidth - part.clientWidth
      return over > 1
        ? [`${part.tagName} ${part.className} is ${over} pixels wider: ${part.textContent.slice(0, 60)}`]
        : []
    })
  })
}
