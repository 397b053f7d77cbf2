import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

/** What the pages are built from. */
const sources = ['web', 'src/api/schema', 'package-lock.json']

/** Whether dist/web is missing, or older than anything it is built from. */
export async function arePagesStale(checkout: string): Promise<boolean> {
  const built = await stat(path.join(checkout, 'dist', 'web', 'index.html')).catch(() => null)
  if (built === null) return true
  for (const source of sources) {
    const at = path.join(checkout, source)
    // a folder is as old as the last file that came into it or went
    const inside = await readdir(at, { recursive: true }).catch(() => [])
    for (const name of ['', ...inside]) {
      const known = await stat(path.join(at, name)).catch(() => null)
      if (known !== null && known.mtimeMs > built.mtimeMs) return true
    }
  }
  return false
}
