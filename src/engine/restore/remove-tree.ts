import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { reach } from '../files/long-path.ts'
import { compareBytes, decodeBytes } from '../tree/byte-string.ts'
import type { Selection } from './selection.ts'

/** Names in a folder, in the order of a tree. Throws the system's error, ENOTDIR where it is none. */
export function namesIn(folder: string): string[] {
  return reach(folder, at => readdirSync(at, { encoding: 'buffer' }))
    .map(decodeBytes)
    .sort(compareBytes)
}

export function isFolder(path: string): boolean {
  return reach(path, at => lstatSync(at)).isDirectory()
}

/** Whether a folder is of another file system than the one that it lies in. */
export function isMountedIn(above: string, folder: string): boolean {
  const [outer, inner] = [above, folder].map(path => reach(path, at => lstatSync(at)).dev)
  return outer !== inner
}

export interface Removal {
  /** Nothing is taken away: `onRemoved` hears of what would be. */
  readonly dryRun: boolean
  readonly select: Selection
  readonly onRemoved: (path: string) => void
}

/**
 * Takes away what lies at a path, which the patterns know by `location`, with all that is in it as far as they select it;
 * links are not followed. False where something is left. Throws EBUSY where it comes to another file system.
 */
export function removeTree(path: string, location: string, removal: Removal): boolean {
  const folder = isFolder(path)
  if (folder && isMountedIn(path.slice(0, path.lastIndexOf('/')) || '/', path)) {
    const sentence = 'EBUSY: another file system is mounted there; nothing in it was taken away'
    throw Object.assign(new Error(sentence), { code: 'EBUSY' })
  }
  let empty = true
  for (const name of folder ? namesIn(path) : []) {
    const selected = removal.select({ location }, name).itself
    if (!selected || !removeTree(`${path}/${name}`, `${location}/${name}`, removal)) empty = false
  }
  if (!empty) return false
  if (!removal.dryRun) reach(path, at => (folder ? rmdirSync(at) : unlinkSync(at)))
  removal.onRemoved(path)
  return true
}
