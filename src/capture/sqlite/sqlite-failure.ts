import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'

/** Result codes of SQLite (sqlite.org/rescode.html). */
const codes = { busy: 5, locked: 6, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const

/** SQLite's primary result code; null for errors of another kind. */
export function sqliteCode(error: unknown): number | null {
  if (error === null || typeof error !== 'object' || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null
}

/** Whether there is no use in asking what the file holds: it is damaged, or no database at all. */
export function isBroken(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === codes.notADatabase || code === codes.corrupt
}

/** What an error on the database at `path` means. A BlackstartError passes through. */
export function sqliteFailure(item: string, path: string, error: unknown): BlackstartError {
  if (error instanceof BlackstartError) return error
  const fail = (code: ErrorCode, sentence: string, retry = false) =>
    new BlackstartError(code, `${item}: ${path} ${sentence}`, { cause: error, retry, facts: { path } })
  switch (sqliteCode(error)) {
    case codes.busy:
    case codes.locked:
      return fail('device-busy', 'is locked by another program. Try again when it is done, or stop it.', true)
    case codes.notADatabase:
      return fail(
        'unsupported',
        'is no SQLite database, or an encrypted one. Check options.path; capture an encrypted one with `via: files` while its program is stopped.',
      )
    case codes.corrupt:
      return fail('integrity', `is damaged (${reasonOf(error)}). Repair it, or restore its last good version.`)
    case codes.cannotOpen:
      return fail(
        'permission',
        'cannot be opened. Give the account of Blackstart the right to read it, and to write beside it if it is in WAL mode.',
      )
    case codes.full:
      return fail(
        'disk-full',
        'cannot be copied: no space left for the copy. Make room in the folder for temporary files.',
      )
    case codes.ioError:
      return fail('truncated', `cannot be read to its end (${reasonOf(error)}). Check the disk.`, true)
  }
  switch (systemCode(error)) {
    case 'ENOENT':
      return fail('missing', 'does not exist. Check options.path, and that its disk is mounted.')
    case 'EACCES':
    case 'EPERM':
      return fail('permission', 'may not be opened by the account of Blackstart. Give it the right to.')
    default:
      return fail('internal', `cannot be captured or restored (${reasonOf(error)}).`)
  }
}
