import type { Backend } from './backend.ts'
import { parseLocation } from './location.ts'
import type { StorageAccess } from './storage-access.ts'

type Open = (place: string, access: StorageAccess) => Backend

/**
 * One line per kind of storage, loaded when it is used: the clients of networks take longer to load than a backup of little. The
 * key is restic's word for it and a place's `via` in the site file; `place` is what follows `kind:` in a location. Opening
 * sends nothing; throws `usage` for a place that is malformed.
 */
export const storages = {
  local: async () => (await import('./local/local-backend.ts')).localBackend,
  rest: async () => (await import('./rest/rest-backend.ts')).restBackend,
  s3: async () => (await import('./s3/s3-backend.ts')).s3Backend,
  sftp: async () => (await import('./sftp/sftp-backend.ts')).sftpBackend,
} satisfies Record<string, () => Promise<Open>>

/** The storage at a location in restic's words: a path, `local:PATH`, `rest:URL`, `sftp:…`, `s3:…`. Throws `usage`. */
export async function openStorage(location: string, access: StorageAccess): Promise<Backend> {
  const { kind, place } = parseLocation(location, Object.keys(storages))
  const loads: Record<string, () => Promise<Open>> = storages
  const load = loads[kind]
  if (load === undefined) throw new TypeError(`no storage ${kind}`)
  return (await load())(place, access)
}
