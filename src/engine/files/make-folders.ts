import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../errors.ts'

/**
 * Makes a folder and those above it that are missing. Not `mkdir`'s own recursion, which never ends where a file system
 * answers ENOENT for a folder that cannot be made, as /proc does. Throws the system's error; ENOTDIR where something else has
 * the folder's name, ENOENT where that is a link to nothing.
 */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return await refuseOther(folder)
    const above = path.dirname(folder)
    if (systemCode(error) !== 'ENOENT' || above === folder) throw error
    await makeFolders(above)
    await mkdir(folder).catch(async (again: unknown) => {
      if (systemCode(again) !== 'EEXIST') throw again
      await refuseOther(folder)
    })
  }
}

async function refuseOther(folder: string): Promise<void> {
  if ((await stat(folder)).isDirectory()) return
  throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${folder}'`), { code: 'ENOTDIR' })
}
