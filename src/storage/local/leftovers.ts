import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../errors.ts'

/** Stands between a file's final name and a random word while the file is being written (restic's local backend writes the same). */
export const temporaryMark = '-tmp-'

/** Milliseconds. A write takes seconds; a temporary file that has not been touched this long has lost its writer. */
const abandonedAfter = 3_600_000

/** Removes the temporary files that killed runs left behind. `now` is in milliseconds since 1970. */
export async function removeLeftovers(root: string, now: number): Promise<void> {
  for (const folder of await foldersBelow(root)) {
    for (const name of await namesIn(folder)) {
      if (name.includes(temporaryMark)) await removeIfOld(path.join(folder, name), now)
    }
  }
}

async function foldersBelow(root: string): Promise<string[]> {
  const folders = ['', 'keys', 'locks', 'snapshots', 'index', 'data'].map(name => path.join(root, name))
  const data = path.join(root, 'data')
  const packs = (await namesIn(data)).filter(name => name.length === 2).map(name => path.join(data, name))
  return [...folders, ...packs]
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return []
    throw error
  }
}

async function removeIfOld(file: string, now: number): Promise<void> {
  try {
    const { mtimeMs } = await stat(file)
    if (now - mtimeMs > abandonedAfter) await rm(file, { force: true })
  } catch (error) {
    // Its writer was alive after all, and renamed or removed it.
    if (systemCode(error) !== 'ENOENT') throw error
  }
}
