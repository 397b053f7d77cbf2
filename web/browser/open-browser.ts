import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type BrowserContextOptions, chromium, type Page, type Request } from 'playwright-core'

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The system's Chromium; null where there is none. */
export function chromiumPath(): string | null {
  return process.env.CHROMIUM ?? candidates.find(file => existsSync(file)) ?? null
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === null) throw new Error('There is no Chromium: lab/setup installs it.')
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] })
}

export interface Watched {
  readonly page: Page
  /** What no page may do: break the content security policy, ask another host, fail by itself. */
  readonly faults: string[]
}

/** A page in a context of its own, with what goes wrong in it written down. */
export async function watchedPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    viewport: { width: 1280, height: 720 },
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  countAsked(page)
  const faults: string[] = []
  const { origin } = new URL(url)
  await page.addInitScript(`addEventListener('securitypolicyviolation', event =>
    console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile))`)
  page.on('request', request => {
    const asked = new URL(request.url())
    if (asked.origin !== origin && asked.protocol !== 'data:') faults.push(`asked ${asked.origin}`)
  })
  page.on('pageerror', error => faults.push(`error ${error.message}`))
  page.on('console', message => {
    if (/CSP |Content Security Policy/.test(message.text())) faults.push(message.text())
  })
  return { page, faults }
}

interface Asked {
  readonly open: Set<Request>
  /** When the last of them was answered, or asked. */
  last: number
}

const asked = new WeakMap<Page, Asked>()

/** What a page asks of the API. Its stream of events is a worker's, and never ends: the browser's own word for idle is of no use. */
function countAsked(page: Page): void {
  const count: Asked = { open: new Set(), last: performance.now() }
  asked.set(page, count)
  page.on('request', request => {
    if (request.resourceType() !== 'fetch') return
    count.open.add(request)
    count.last = performance.now()
  })
  const answered = (request: Request) => {
    if (count.open.delete(request)) count.last = performance.now()
  }
  page.on('requestfinished', answered)
  page.on('requestfailed', answered)
  page.on('framenavigated', () => count.open.clear())
}

/** Waits until a watched page has asked nothing for a while and has every answer, three seconds at most. */
export async function settled(page: Page): Promise<void> {
  const count = asked.get(page)
  if (count === undefined) throw new Error('this page is not watched')
  for (const end = performance.now() + 3_000; performance.now() < end; await sleep(25)) {
    if (count.open.size === 0 && performance.now() - count.last > 250) return
  }
}
