import type { Page } from 'playwright-core'

const english = /\b(?:the|of|with|is|not|are|was|and|to|from|this|that|its|has|were|never|stated|until)\b/iu

/** What a French page shows in English. `given`: the site's own words, which stay as somebody wrote them; commands, programs and device words stay too. */
export async function findEnglish(page: Page, given: string): Promise<string[]> {
  const texts = (await page.evaluate(`(() => {
    const found = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const text = walk.currentNode
      if (text.parentElement.closest('code, kbd, textarea, script, .diff-rows, [lang=en]') === null) found.push(text.textContent.trim())
    }
    for (const word of ['title', 'aria-label', 'placeholder'])
      for (const one of document.querySelectorAll('[' + word + ']')) found.push(one.getAttribute(word))
    return found
  })()`)) as string[]
  const names = [...given.matchAll(/\b(?:name|notes): ([^,}#\n]+)/gu)].map(([, name = '']) => name.trim())
  const own = (text: string) => names.reduce((left, name) => left.replaceAll(name, ''), text)
  return texts.filter(text => english.test(own(text)))
}
