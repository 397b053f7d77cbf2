import path from 'node:path'
import type { Machine } from '../../repository-location.ts'

/** Where caches of repositories lie: as told, else as restic's variable says, else where the system wants caches. */
export function cacheFolder(told: string | undefined, { environment, home }: Machine): string {
  const base = environment.XDG_CACHE_HOME || path.join(home, '.cache')
  return path.resolve(told ?? (environment.RESTIC_CACHE_DIR || path.join(base, 'blackstart')))
}
