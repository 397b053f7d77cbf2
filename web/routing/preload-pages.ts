import { routes } from './routes.ts'

/** Loads what every page needs, one after the other while nothing else is to do: a node that is lost later still has its pages. */
export async function preloadPages(signal: AbortSignal): Promise<void> {
  for (const { page } of routes) {
    await idle()
    if (signal.aborted) return
    await page.preload()
  }
}

function idle(): Promise<void> {
  return new Promise(resolve => {
    // not in every browser
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 5_000 })
    else setTimeout(resolve, 300)
  })
}
