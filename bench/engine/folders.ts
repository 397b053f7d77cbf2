import { existsSync } from 'node:fs'
import { chmod, lstat, readdir, truncate } from 'node:fs/promises'
import path from 'node:path'

/** Every file below a folder. */
async function* filesIn(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(name)
    else if (entry.isFile()) yield name
  }
}

/** Bytes of all files below a folder, without their holes; 0 where there is no such folder. */
export async function folderBytes(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0
  let bytes = 0
  for await (const name of filesIn(folder)) {
    const { size, blocks } = await lstat(name)
    bytes += Math.min(size, blocks * 512)
  }
  return bytes
}

/**
 * Gives the space of a folder's files back, but leaves the files: ext4 uses no inode again for minutes after its file was
 * removed, and looks at each of them anew for every file that is created (30,000 creations then took 12 s instead of 0.9).
 */
export async function emptyFiles(folder: string): Promise<void> {
  for await (const name of filesIn(folder)) {
    await chmod(name, 0o600)
    await truncate(name, 0)
  }
}
