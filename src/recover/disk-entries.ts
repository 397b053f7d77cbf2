import { createHash } from 'node:crypto'
import { lstat, readdir, readlink } from 'node:fs/promises'
import path from 'node:path'
import { type DigestedEntry, itemDigest } from '../archive/item-digest.ts'
import { readable, readingOf } from './sandbox-file.ts'

/** Everything in a folder, read from the disk; `digests.raw` of a file is the SHA-256 of its bytes. Links are not followed. Folders come before what is in them. */
export async function diskEntries(folder: string, signal: AbortSignal): Promise<DigestedEntry[]> {
  const found: DigestedEntry[] = []
  await walk(folder, '', found, signal)
  return found
}

/** The digest as versions carry it, made from what lies on the disk. */
export function rawDigestOf(entries: readonly DigestedEntry[]): string {
  return itemDigest(entries, digests => digests.raw)
}

async function walk(folder: string, base: string, found: DigestedEntry[], signal: AbortSignal): Promise<void> {
  await using _open = await readable(folder)
  for (const name of (await readdir(folder)).sort()) {
    signal.throwIfAborted()
    const [file, entry] = [path.join(folder, name), base === '' ? name : `${base}/${name}`]
    const stat = await lstat(file)
    const common = { path: entry, stat: { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid } }
    if (stat.isDirectory()) {
      found.push({ type: 'folder', ...common })
      await walk(file, entry, found, signal)
    } else if (stat.isSymbolicLink()) found.push({ type: 'link', ...common, target: await readlink(file) })
    else if (stat.isFile()) found.push({ type: 'file', ...common, digests: await digestsOf(file, signal) })
  }
}

async function digestsOf(file: string, signal: AbortSignal) {
  const hash = createHash('sha256')
  let bytes = 0
  await using reading = await readingOf(file)
  for await (const chunk of reading.chunks(signal)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  const raw = hash.digest('hex')
  return { raw, normalised: raw, bytes }
}
