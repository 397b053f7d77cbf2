import type { Backend } from './backend.ts'
import { localBackend } from './local/local-backend.ts'
import { parseLocation } from './location.ts'
import { restBackend } from './rest/rest-backend.ts'
import { s3Backend } from './s3/s3-backend.ts'
import { sftpBackend } from './sftp/sftp-backend.ts'
import type { StorageAccess } from './storage-access.ts'

/**
 * One line per kind of storage. The key is restic's word for it and a place's `via` in the site file; `place` is what
 * follows `kind:` in a location. Opening sends nothing; throws `usage` for a place that is malformed.
 */
export const storages = {
  local: localBackend,
  rest: restBackend,
  s3: s3Backend,
  sftp: sftpBackend,
} satisfies Record<string, (place: string, access: StorageAccess) => Backend>

/** The storage at a location in restic's words: a path, `local:PATH`, `rest:URL`, `sftp:…`, `s3:…`. Throws `usage`. */
export function openStorage(location: string, access: StorageAccess): Backend {
  const { kind, place } = parseLocation(location, Object.keys(storages))
  const open: Record<string, (place: string, access: StorageAccess) => Backend> = storages
  const found = open[kind]
  if (found === undefined) throw new TypeError(`no storage ${kind}`)
  return found(place, access)
}
