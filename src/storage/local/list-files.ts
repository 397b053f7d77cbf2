import type { Dir, Stats } from 'node:fs'
import { opendir, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../errors.ts'
import type { FileKind, StoredFile } from '../backend.ts'
import { folderOf } from '../layout.ts'
import { guarded } from './guarded.ts'

const named = /^[0-9a-f]{64}$/
/** Files that are asked for their size at the same time, and names that are read from a folder at a time. */
const batch = 64

export async function* listFiles(root: string, kind: FileKind, signal: AbortSignal): AsyncGenerator<StoredFile> {
  const folder = folderOf(kind)
  if (folder === null) {
    const config = await guarded(root, 'listed', signal, () => statOrNull(path.join(root, 'config')))
    if (config?.isFile()) yield { name: 'config', bytes: config.size }
    return
  }
  const below = path.join(root, folder)
  const folders = kind === 'pack' ? await guarded(root, 'listed', signal, () => packFolders(below)) : [below]
  for (const each of folders) {
    for await (const names of batches(root, each, signal)) yield* await sized(root, each, names, signal)
  }
}

/** Null where there is nothing under that name. */
export async function statOrNull(file: string): Promise<Stats | null> {
  try {
    return await stat(file)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR'
}

async function packFolders(data: string): Promise<string[]> {
  try {
    const names = await readdir(data)
    return names.filter(name => /^[0-9a-f]{2}$/.test(name)).map(name => path.join(data, name))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Half a million names never lie in memory together. */
async function* batches(root: string, folder: string, signal: AbortSignal): AsyncGenerator<string[]> {
  const opened = await guarded(root, 'listed', signal, () => openFolder(folder))
  if (opened === null) return
  await using directory = opened
  let names: string[] = []
  for (;;) {
    const entry = await guarded(root, 'listed', signal, () => directory.read())
    if (entry === null) break
    if (named.test(entry.name)) names.push(entry.name)
    if (names.length < batch) continue
    yield names
    names = []
  }
  yield names
}

async function openFolder(folder: string): Promise<Dir | null> {
  try {
    return await opendir(folder, { bufferSize: batch })
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** A file may go away between its listing and here: another process removed it. */
async function sized(
  root: string,
  folder: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const stats = await guarded(root, 'listed', signal, () =>
    Promise.all(names.map(name => statOrNull(path.join(folder, name)))),
  )
  return names.flatMap((name, i) => {
    const found = stats[i]
    return found?.isFile() ? [{ name, bytes: found.size }] : []
  })
}
