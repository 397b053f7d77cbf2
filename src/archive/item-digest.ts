import { createHash } from 'node:crypto'
import type { FileDigests } from './content-digest.ts'

export interface DigestedEntry {
  readonly type: 'file' | 'folder' | 'link'
  readonly path: string
  readonly stat: { readonly mode: number; readonly uid: number; readonly gid: number }
  readonly target?: string
  readonly digests?: FileDigests
}

/**
 * One digest for a whole item: one line an entry, sorted by path. Times are left out, for many devices do not keep
 * them; a link's permissions mean nothing.
 */
export function itemDigest(entries: readonly DigestedEntry[], of: (digests: FileDigests) => string): string {
  const lines = entries.map(({ path, type, stat, target, digests }) => {
    const what = digests === undefined ? (target ?? '') : of(digests)
    return JSON.stringify([path, type, type === 'link' ? 0 : stat.mode & 0o7777, stat.uid, stat.gid, what])
  })
  const hash = createHash('sha256')
  for (const line of lines.sort()) hash.update(`${line}\n`)
  return hash.digest('hex')
}
