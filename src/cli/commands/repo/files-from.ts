import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { pathPattern } from '../../../engine/browse/path-pattern.ts'
import { compareBytes, decodeBytes, encodeBytes } from '../../../engine/tree/byte-string.ts'
import { BlackstartError } from '../../../errors.ts'
import { gather } from './engine-options.ts'
import { linesOf, readList } from './list-file.ts'

/** Files that list what to back up. */
export interface FilesFromOptions {
  readonly filesFrom?: readonly string[]
  readonly filesFromVerbatim?: readonly string[]
  readonly filesFromRaw?: readonly string[]
}

export function addFilesFromOptions(command: Command): Command {
  return command
    .option('--files-from <file>', 'back up what the patterns of a file find, one a line; - is standard input', gather)
    .option('--files-from-verbatim <file>', 'the same, of paths as they are, one a line', gather)
    .option('--files-from-raw <file>', 'the same, of paths that each end in a zero byte', gather)
}

/**
 * The paths that are listed, in their order. `onNone` hears of patterns that find nothing. Throws `not-found` for a file,
 * `usage` for one that is cut off or has an empty path.
 */
export async function listedPaths(
  { filesFrom = [], filesFromVerbatim = [], filesFromRaw = [] }: FilesFromOptions,
  onNone: (pattern: string) => void,
): Promise<readonly string[]> {
  const paths: string[] = []
  for (const file of filesFrom) {
    for (const line of linesOf(await readList(file)).map(each => each.trim())) {
      if (line === '' || line.startsWith('#')) continue
      const found = await expanded(line)
      if (found.length === 0) onNone(line)
      paths.push(...found)
    }
  }
  for (const file of filesFromVerbatim) {
    paths.push(...linesOf(await readList(file)).filter(line => line !== ''))
  }
  for (const file of filesFromRaw) paths.push(...rawPaths(file, await readList(file)))
  return paths
}

function rawPaths(file: string, content: Buffer): string[] {
  const paths = decodeBytes(content).split('\0')
  if (paths.pop() !== '') throw badList(file, 'its last path has no zero byte behind it: is the list whole?')
  if (paths.includes('')) throw badList(file, 'one of its paths is empty')
  return paths
}

function badList(file: string, why: string): BlackstartError {
  return new BlackstartError('usage', `--files-from-raw ${file}: ${why}`, { facts: { file } })
}

/** As Go's `filepath.Glob`: what is there, in order; nothing for folders that cannot be listed. */
async function expanded(pattern: string): Promise<string[]> {
  if (!/[*?[\\]/.test(pattern)) return (await isThere(pattern)) ? [pattern] : []
  const cut = pattern.lastIndexOf('/')
  const name = pattern.slice(cut + 1)
  if (name === '') return await expanded(pattern.slice(0, cut))
  const folders = cut < 0 ? ['.'] : cut === 0 ? ['/'] : await expanded(pattern.slice(0, cut))
  const { matches } = pathPattern(name.replace(/\*+/g, '*'), { ignoreCase: false })
  const found: string[] = []
  for (const folder of folders) {
    const names = (await namesOf(folder)).filter(each => matches(`/${each}`))
    found.push(...names.map(each => (cut < 0 ? each : path.posix.join(folder, each))))
  }
  return found
}

async function namesOf(folder: string): Promise<string[]> {
  const names = await readdir(encodeBytes(folder), { encoding: 'buffer' }).catch(() => [])
  return names.map(decodeBytes).sort(compareBytes)
}

async function isThere(file: string): Promise<boolean> {
  return await lstat(encodeBytes(file)).then(
    () => true,
    () => false,
  )
}
