import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

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
