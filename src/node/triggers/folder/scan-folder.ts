import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { walkFacts } from '../../../capture/files/walk-folder.ts'
import { BlackstartError, plainReason, systemCode } from '../../../errors.ts'

/** What one look at a folder found. */
export interface FolderScan {
  /** What is known of each file that counts, by its path from the folder. */
  readonly files: ReadonlyMap<string, string>
  /** The folder, without links, and those inside it: to be watched. */
  readonly folders: readonly string[]
  /** Everything in it, whether it counts or not. */
  readonly entries: number
}

const mostEntries = 500_000

/**
 * Looks at every file below the folder, following no link but the folder's own path. `pattern`: without `/` it is that of a name at
 * any depth. Throws a BlackstartError that begins with `trigger ID` where the folder is not there, or cannot be read.
 */
export async function scanFolder(
  id: string,
  folder: string,
  pattern: string,
  signal: AbortSignal,
): Promise<FolderScan> {
  const root = await realRoot(id, folder)
  const files = new Map<string, string>()
  const folders = [root.toString()]
  let entries = 0
  for await (const { path: inner, stat, target } of walkFacts(quietWalk(id), root, signal)) {
    entries += 1
    if (entries > mostEntries) throw tooMuch(id, folder)
    if (stat.isDirectory()) folders.push(path.join(root.toString(), inner))
    else if (path.posix.matchesGlob(pattern.includes('/') ? inner : path.posix.basename(inner), pattern))
      files.set(inner, [stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino, target].join(' '))
  }
  return { files, folders, entries }
}

/** As a capture walks, but for its pace: there is no device. */
function quietWalk(id: string) {
  return {
    item: `trigger ${id}`,
    pace: { bytes: () => Promise.resolve(), pause: () => Promise.resolve() },
    owners: { users: new Map<bigint, string>(), groups: new Map<bigint, string>() },
    excluded: () => false,
    skipped: () => undefined,
  }
}

async function realRoot(id: string, folder: string): Promise<Buffer> {
  try {
    return await realpath(folder, { encoding: 'buffer' })
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT'
    const words = missing ? 'does not exist' : `cannot be reached (${plainReason(error)})`
    throw new BlackstartError(
      'missing',
      `trigger ${id}: ${folder} ${words}. Check options.path, and that the share is mounted.`,
      { cause: error, retry: true, facts: { path: folder } },
    )
  }
}

function tooMuch(id: string, folder: string): BlackstartError {
  return new BlackstartError(
    'refused',
    `trigger ${id}: ${folder} holds more than ${mostEntries} files. Narrow options.path to the projects that matter.`,
    { facts: { path: folder } },
  )
}
