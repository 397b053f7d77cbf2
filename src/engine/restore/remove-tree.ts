import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { reach } from '../files/long-path.ts'
import { compareBytes, decodeBytes } from '../tree/byte-string.ts'

/** Names in a folder, in the order of a tree. Throws the system's error, ENOTDIR where it is none. */
export function namesIn(folder: string): string[] {
  return reach(folder, at => readdirSync(at, { encoding: 'buffer' }))
    .map(decodeBytes)
    .sort(compareBytes)
}

export function isFolder(path: string): boolean {
  return reach(path, at => lstatSync(at)).isDirectory()
}

/**
 * Takes away what lies at a path, with all that is in it; links are not followed. `onRemoved` hears of each entry, and
 * with `dryRun` that is all that happens.
 */
export function removeTree(path: string, dryRun: boolean, onRemoved: (path: string) => void): void {
  const folder = isFolder(path)
  if (folder) for (const name of namesIn(path)) removeTree(`${path}/${name}`, dryRun, onRemoved)
  if (!dryRun) reach(path, at => (folder ? rmdirSync(at) : unlinkSync(at)))
  onRemoved(path)
}
