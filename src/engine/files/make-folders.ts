import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../errors.ts'

/**
 * Makes a folder and those above it that are missing. Not `mkdir`'s own recursion, which never ends where a file system
 * answers ENOENT for a folder that cannot be made, as /proc does.
 */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return
    const above = path.dirname(folder)
    if (systemCode(error) !== 'ENOENT' || above === folder) throw error
    await makeFolders(above)
    await mkdir(folder).catch((again: unknown) => {
      if (systemCode(again) !== 'EEXIST') throw again
    })
  }
}
