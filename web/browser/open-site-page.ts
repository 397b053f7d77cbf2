import type { Browser, BrowserContextOptions } from 'playwright-core'
import { type Served, serveSite } from '../../lab/serve-site.ts'
import { initialised, type SiteFolder } from '../../lab/site-folder.ts'
import { openBrowser, type Watched, watchedPage } from './open-browser.ts'

export interface SitePage extends AsyncDisposable {
  readonly site: SiteFolder
  readonly node: Served
  readonly browser: Browser
  /** In it nothing is asked for yet. */
  readonly watched: Watched
}

export interface SitePageOptions {
  /** Of the site folder, by their paths; without a site.yaml it is the one that `init` writes. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Before the node starts. */
  readonly prepare?: (site: SiteFolder) => Promise<void>
  /** Of the node; one that is free where it is left out. */
  readonly port?: number
  readonly browser?: BrowserContextOptions
}

/** A new site, a node that serves it and a page of a browser; all ended and removed at disposal. */
export async function openSitePage(options: SitePageOptions = {}): Promise<SitePage> {
  await using opened = new AsyncDisposableStack()
  const site = opened.use(await initialised(options.files ?? {}))
  await options.prepare?.(site)
  const node = opened.use(await serveSite(site.folder, { port: options.port ?? 0, withPages: true }))
  const browser = await openBrowser()
  opened.defer(() => browser.close())
  const watched = await watchedPage(browser, node.url, options.browser)
  const open = opened.move()
  return { site, node, browser, watched, [Symbol.asyncDispose]: () => open.disposeAsync() }
}
