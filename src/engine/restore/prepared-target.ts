import type { Stats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, reasonOf, systemCode } from '../../errors.ts'
import { makeFolders } from '../files/make-folders.ts'
import type { RestoreOptions } from './restore-options.ts'
import { isFiltered } from './selection.ts'

/**
 * The target itself, without links on the way to it; made where it is missing, unless the run is dry. Throws `usage` where
 * something else than a folder is there, or where a link there leads, and leaves it as it is; `refused` where all that the
 * machine has beyond the snapshot would be taken away.
 */
export async function preparedTarget(options: RestoreOptions): Promise<string> {
  const { target, dryRun = false } = options
  // for the system, no name is the current folder
  if (target === '') throw new BlackstartError('usage', 'Say where to restore to: the target has no name.')
  await refuseOther(target)
  const folder = await madeFolder(target, dryRun)
  if (options.delete === true && path.parse(folder).root === folder && !isFiltered(options)) {
    const sentence = `${target} is the root of this machine's files: to delete there what the snapshot does not have would take the system with it. Say by includes or excludes which part it is about, or restore into another folder.`
    throw new BlackstartError('refused', sentence, { facts: { target } })
  }
  return folder
}

async function madeFolder(target: string, dryRun: boolean): Promise<string> {
  try {
    if (!dryRun) await makeFolders(target)
    return await realpath(target)
  } catch (error) {
    if (dryRun && systemCode(error) === 'ENOENT') return path.resolve(target)
    const sentence = `The folder ${target} cannot be made: ${reasonOf(error)}. Choose another one.`
    throw new BlackstartError('storage', sentence, { cause: error, facts: { target } })
  }
}

async function refuseOther(target: string): Promise<void> {
  const itself = await lstat(target).catch(() => null)
  if (itself === null || itself.isDirectory()) return
  const followed = itself.isSymbolicLink() ? await stat(target).catch(() => null) : itself
  if (followed?.isDirectory()) return
  const found = itself.isSymbolicLink() ? `a link to ${kindOf(followed)}` : kindOf(followed)
  throw new BlackstartError(
    'usage',
    `${target} is ${found}, and a snapshot is restored into a folder. Give a folder as the target, or a name that is not taken.`,
    { facts: { target } },
  )
}

/** Null is what cannot be reached. */
function kindOf(found: Stats | null): string {
  if (found === null) return 'nothing that can be reached'
  if (found.isFile()) return 'a file'
  if (found.isFIFO()) return 'a FIFO'
  return found.isSocket() ? 'a socket' : 'a device'
}
