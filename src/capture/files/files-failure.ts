import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'

const gone = new Set(['EIO', 'ESTALE', 'ENODEV', 'ENXIO', 'ENOTCONN', 'EHOSTDOWN', 'ETIMEDOUT', 'ECONNRESET'])

/** What an error of the file system means for the capture or the restoring of `path`. A BlackstartError passes through. */
export function filesFailure(item: string, doing: 'read' | 'write', path: string, error: unknown): BlackstartError {
  if (error instanceof BlackstartError) return error
  const code = systemCode(error) ?? ''
  const fail = (kind: ErrorCode, sentence: string, retry = false) =>
    new BlackstartError(kind, `${item}: ${sentence}`, { cause: error, retry, facts: { path } })
  if (code === 'EACCES' || code === 'EPERM') {
    const remedy = doing === 'read' ? ', or leave it out with an exclusion' : ''
    return fail(
      'permission',
      `no permission to ${doing} ${path} (${code}). Give it to the account of Blackstart${remedy}.`,
    )
  }
  if (code === 'ENOENT' && doing === 'read') {
    return fail('missing', `${path} was there a moment ago and is gone. Capture again; exclude temporary files.`, true)
  }
  if (code === 'ELOOP' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENOTEMPTY' || code === 'EEXIST') {
    return doing === 'read'
      ? fail(
          'changed-while-read',
          `${path} was replaced by something else while it was read (${code}). Capture again.`,
          true,
        )
      : fail(
          'refused',
          `${path} cannot be written: a link, a folder or a file of another kind is in its place (${code}). Move it away.`,
        )
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return fail('disk-full', `no space left to write ${path}. Make room.`)
  if (code === 'EROFS') return fail('permission', `${path} is on a read-only medium. Make it writable.`)
  if (gone.has(code)) {
    return fail(
      'connection-lost',
      `${path} cannot be ${doing === 'read' ? 'read' : 'written'} (${code}). Check the disk or the network share.`,
      true,
    )
  }
  return fail('internal', `cannot ${doing} ${path} (${reasonOf(error)}). Check the file by hand.`)
}

/** A file that did not hold still. */
export function changedWhileRead(item: string, path: string): BlackstartError {
  return new BlackstartError(
    'changed-while-read',
    `${item}: ${path} changed while it was read. Capture again when nothing writes to it.`,
    { retry: true, facts: { path } },
  )
}
