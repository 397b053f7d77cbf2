import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe-core finds that is serious or worse: the rule, and the first element that breaks it. */
export async function findFaults(page: Page): Promise<string[]> {
  // through the browser's own door: the content security policy of the page stays as it is
  await page.evaluate(axe.source)
  const violations = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(one => ({
      id: one.id, impact: one.impact, nodes: one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)),
    })))`,
  )) as { id: string; impact: string | null; nodes: string[] }[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ${nodes.join(' | ')}`)
}
