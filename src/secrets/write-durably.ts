import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'

/**
 * Writes a whole file, only its owner reads it. Temporary file, fsync, rename, fsync of the folder: after a power cut
 * the old file or the new one is there, whole. Throws `disk-full` or `storage`.
 */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
    await syncFolder(path.dirname(file))
  } catch (error) {
    await rm(temporary, { force: true })
    const full = systemCode(error) === 'ENOSPC'
    throw new BlackstartError(
      full ? 'disk-full' : 'storage',
      `${file} cannot be written: ${reasonOf(error)}. ${full ? 'Make room on that disk.' : 'Check the disk, and the rights on its folder.'}`,
      { cause: error, facts: { file } },
    )
  }
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}
