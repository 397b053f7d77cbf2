import type { FileKind } from './backend.ts'

const folders = { key: 'keys', lock: 'locks', snapshot: 'snapshots', index: 'index', pack: 'data' } as const

/** The folder of a kind in restic's default layout; null for the one `config` file, which lies beside the folders. */
export function folderOf(kind: FileKind): string | null {
  return kind === 'config' ? null : folders[kind]
}

/** Where a file lies in restic's default layout, `/` between names: `config`, `keys/…`, `data/ab/ab…`. */
export function layoutPath(kind: FileKind, name: string): string {
  if (kind === 'config') return 'config'
  if (kind === 'pack') return `${folders.pack}/${name.slice(0, 2)}/${name}`
  return `${folders[kind]}/${name}`
}
