import os from 'node:os'
import type { Command } from 'commander'
import { cacheFolders, folderBytes, removeAged } from '../../../engine/cache/cache-folders.ts'
import { act, type Invocation } from '../../invocation.ts'
import { table } from '../../table.ts'
import { bytesText, plural, timeText } from '../../words.ts'
import { cacheFolder } from './cache-folder.ts'

interface CacheOptions {
  readonly cacheDir?: string
  readonly cleanup?: boolean
}

export function defineCache(command: Command): void {
  command
    .option('--cache-dir <folder>', 'where they are; else $RESTIC_CACHE_DIR, ~/.cache/blackstart')
    .option('--cleanup', 'remove those that nobody has used for 30 days')
    .action(act<[CacheOptions]>(caches))
}

async function caches({ out, now }: Invocation, { cacheDir, cleanup = false }: CacheOptions): Promise<undefined> {
  const folder = cacheFolder(cacheDir, { environment: process.env, home: os.homedir() })
  const removed = cleanup ? await removeAged(folder, null, now()) : []
  const listed: { repository: string; used: Date; bytes: number; aged: boolean }[] = []
  for (const { repository, folder: below, used, isAged } of await cacheFolders(folder, now())) {
    listed.push({ repository, used, bytes: await folderBytes(below), aged: isAged })
  }
  const zone = Temporal.Now.timeZoneId()
  const rows = listed.map(({ repository, used, bytes, aged }) => [
    ...[
      repository.slice(0, 10),
      timeText(used.toISOString(), zone),
      bytesText(bytes),
      aged ? 'unused for 30 days' : '',
    ],
  ])
  const lines = [
    ...(rows.length === 0 ? [] : [table(['repository', 'last used', 'size', ''], rows)]),
    `${plural(rows.length, 'cache')} in ${folder}`,
    ...(cleanup ? [`removed ${plural(removed.length, 'cache')}`] : []),
  ]
  out.result({ folder, caches: listed, removed: removed.map(({ repository }) => repository) }, lines.join('\n'))
}
