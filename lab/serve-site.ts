import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBlackstart } from './run-blackstart.ts'
import type { SiteFolder } from './site-folder.ts'

export interface ServedSite extends AsyncDisposable {
  /** What it has printed. */
  said(): string
}

/** Runs `blackstart serve` over the site folder, on a port that is free, until disposed of. */
export async function serveSite(site: SiteFolder): Promise<ServedSite> {
  const child = startBlackstart(['serve', '--port', '0'], { site: site.folder })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', part => (text += String(part)))
  for (const end = Date.now() + 20_000; !/Its page/.test(text); await sleep(50)) {
    assert.ok(Date.now() < end && child.exitCode === null, text)
  }
  return {
    said: () => text,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      const [code] = await closed
      assert.equal(code, 130, text)
    },
  }
}
