import type { Backend, FileKind, Range } from '../backend.ts'
import { bufferedUpload } from '../buffered-upload.ts'
import type { StorageAccess } from '../storage-access.ts'
import { connections, S3Client } from './s3-client.ts'
import { parseS3Place } from './s3-place.ts'
import { S3Repository } from './s3-repository.ts'

export interface S3Backend extends Backend {
  /**
   * One exact version of a file, named by what `write` or `stat` gave: also where it was overwritten or deleted since.
   * Throws as `read`, `not-found` where the storage no longer has that version.
   */
  readVersion(
    kind: FileKind,
    name: string,
    version: string,
    range: Range | null,
    signal: AbortSignal,
  ): Promise<Uint8Array>
}

/**
 * A repository in a bucket of S3, laid out as restic's `s3` does (layout `default`). A file is one object, sent whole with its
 * SHA-256: the server stores what it was sent, or nothing. `create` makes a bucket that is missing. Where the bucket keeps
 * versions, `write` and `stat` tell them, and `remove` hides a file behind a marker. Throws `usage` where the place is malformed.
 */
export function s3Backend(place: string, access: StorageAccess): S3Backend {
  const parsed = parseS3Place(place, access.s3 ?? {})
  const repository = new S3Repository(parsed, new S3Client(parsed, access))
  const write: Backend['write'] = (kind, name, parts, signal) => repository.write(kind, name, parts, signal)
  return {
    location: parsed.location,
    atOnce: connections,
    holdsUploads: true,
    create: signal => repository.create(signal),
    list: (kind, signal) => repository.list(kind, signal),
    stat: (kind, name, signal) => repository.stat(kind, name, signal),
    read: (kind, name, range, signal) => repository.read(kind, name, undefined, range, signal),
    readVersion: (kind, name, version, range, signal) => repository.read(kind, name, version, range, signal),
    stream: (kind, name, from, signal) => repository.stream(kind, name, from, signal),
    write,
    async upload(kind, signal) {
      signal.throwIfAborted()
      return bufferedUpload((name, parts) => write(kind, name, parts, signal))
    },
    remove: (kind, name, signal) => repository.remove(kind, name, signal),
    async [Symbol.asyncDispose]() {
      repository[Symbol.dispose]()
    },
  }
}
