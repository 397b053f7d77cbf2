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

export interface Removal {
  /** Nothing is taken away: `onRemoved` hears of what would be. */
  readonly dryRun: boolean
  readonly select: Selection
  readonly onRemoved: (path: string) => void
}

/**
 * Takes away what lies at a path, which the patterns know by `location`, with all that is in it as far as they select it;
 * links are not followed. False where something is left.
 */
export function removeTree(path: string, location: string, removal: Removal): boolean {
  const folder = isFolder(path)
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
