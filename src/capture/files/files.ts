import { lstat, mkdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { BlackstartError, systemCode } from '../../errors.ts'
import type { Connector, Entry, Target } from '../connector.ts'
import { tellWritten } from '../tell-written.ts'
import { filesFailure } from './files-failure.ts'
import { firstEntry } from './first-entry.ts'
import { folderFingerprint } from './folder-fingerprint.ts'
import { holdFolder } from './held-folder.ts'
import { ownerNames } from './owner-names.ts'
import { writeEntries, writeFile } from './restore-files.ts'
import { fileEntry, type Walk, walkFolder } from './walk-folder.ts'

const options = z.strictObject({
  path: z.string().min(1).describe('file or folder on this machine; relative to the site folder'),
})
export type FilesOptions = z.infer<typeof options>

/** Files and folders of this machine, or of what it has mounted. A folder is captured as what it holds, a file as itself. */
export const files: Connector<FilesOptions> = {
  kind: 'files',
  options,
  impact: { capture: 'reads', restore: 'writes' },
  device: () => null,
  connections: () => [],
  fingerprint: async (target, signal) => folderFingerprint(target, await realRoot(target), signal),
  capture,
  restore,
}

async function* capture(target: Target<FilesOptions>, signal: AbortSignal): AsyncGenerator<Entry> {
  signal.throwIfAborted()
  const skipped: string[] = []
  const walk: Walk = {
    item: target.item,
    pace: target.pace,
    owners: await ownerNames(),
    excluded: inner => target.excluded(inner),
    skipped: (inner, what) => skipped.push(`${inner} (${what})`),
  }
  const root = await realRoot(target)
  const found = await lstat(root)
  if (found.isDirectory()) yield* walkFolder(walk, root, signal)
  else if (found.isFile()) yield* fileEntry(walk, root, path.basename(placeOf(target)))
  else {
    throw new BlackstartError(
      'unsupported',
      `${target.item}: ${root} is neither a file nor a folder. Correct options.path.`,
    )
  }
  if (skipped.length > 0) target.observe('skipped', skipped.join(', '))
}

/** Where the item is: the one place where a link is followed, because the site file names it. */
async function realRoot(target: Target<FilesOptions>): Promise<Buffer> {
  const named = placeOf(target)
  try {
    return await realpath(named, { encoding: 'buffer' })
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw filesFailure(target.item, 'read', named, error)
    throw new BlackstartError(
      'missing',
      `${target.item}: ${named} does not exist. Check options.path, and that the disk or share is mounted.`,
      { cause: error, facts: { path: named } },
    )
  }
}

/**
 * Where nothing is yet, a first file that bears the name of `options.path` makes the item a file; everything else makes
 * it a folder.
 */
async function restore(
  target: Target<FilesOptions>,
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const named = placeOf(target)
  const { first, all } = await firstEntry(entries)
  const there = await kindAt(target, named)
  const single = first?.type === 'file' && first.path === path.basename(named)
  if (there === 'file' || (there === 'nothing' && single)) return restoreFile(target, named, all, signal)
  if (there === 'nothing') await guarded(target, named, () => mkdir(named, { recursive: true }))
  const root = await realRoot(target)
  await tellWritten(all, counted => writeEntries(target, root, counted, signal))
}

async function restoreFile(
  target: Target<FilesOptions>,
  named: string,
  entries: AsyncIterable<Entry>,
  signal: AbortSignal,
): Promise<void> {
  const place = (await kindAt(target, named)) === 'file' ? (await realRoot(target)).toString() : named
  await guarded(target, named, () => mkdir(path.dirname(place), { recursive: true }))
  await using folder = await holdFolder(await realpath(path.dirname(place), { encoding: 'buffer' }))
  for await (const entry of entries) {
    if (entry.type !== 'file' || entry.path !== path.basename(named)) {
      throw new BlackstartError(
        'mismatch',
        `${target.item}: ${named} is one file, the version also holds ${entry.path}. Correct options.path, or make it a folder.`,
      )
    }
    await writeFile(target, folder, Buffer.from(path.basename(place)), entry, signal)
  }
}

async function kindAt(target: Target<FilesOptions>, named: string): Promise<'nothing' | 'file' | 'folder'> {
  try {
    return (await stat(named)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'nothing'
    throw filesFailure(target.item, 'write', named, error)
  }
}

async function guarded<T>(target: Target<FilesOptions>, named: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw filesFailure(target.item, 'write', named, error)
  }
}

function placeOf({ folder, options }: Target<FilesOptions>): string {
  return path.resolve(folder, options.path)
}
