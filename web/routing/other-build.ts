const key = 'blackstart.reloaded-for'

/** The script that a page begins with; its name holds the digest of the build. */
export function entryOf(html: string): string | null {
  return /<script[^>]*\ssrc="([^"]*\/built\/[^"]+)"/u.exec(html)?.[1] ?? null
}

/** Whether the node serves other pages than those that run here. Throws where it does not answer. */
async function otherBuild(signal: AbortSignal): Promise<string | null> {
  const response = await fetch('/', { cache: 'no-store', signal })
  const served = entryOf(await response.text())
  return served === null || served === entryOf(document.documentElement.outerHTML) ? null : served
}

/** Loads the whole page anew where the node was updated, once for each build: a second failure is no old page's. */
export async function reloadForOtherBuild(signal: AbortSignal): Promise<void> {
  const build = await otherBuild(signal)
  if (build === null || sessionStorage.getItem(key) === build) return
  sessionStorage.setItem(key, build)
  location.reload()
}
