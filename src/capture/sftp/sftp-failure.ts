import { BlackstartError, type ErrorCode, reasonOf } from '../../errors.ts'

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const sftpStatus = { eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const

/** The device's status in an error of ssh2; null for errors of another kind. */
export function statusOf(error: unknown): number | null {
  if (error === null || typeof error !== 'object' || !('code' in error)) return null
  return typeof error.code === 'number' ? error.code : null
}

/** What a refused request on `path` means. A BlackstartError passes through. */
export function sftpFailure(item: string, doing: 'read' | 'write', path: string, error: unknown): BlackstartError {
  if (error instanceof BlackstartError) return error
  const fail = (code: ErrorCode, sentence: string, retry = false) =>
    new BlackstartError(code, `${item}: ${sentence}`, { cause: error, retry, facts: { path } })
  const status = statusOf(error)
  switch (status) {
    case sftpStatus.noSuchFile:
      return doing === 'read'
        ? fail(
            'missing',
            `the device has no ${path}. Check options.path; capture again if it was deleted just now.`,
            true,
          )
        : fail('missing', `the device cannot write ${path}: its folder does not exist. Check options.path.`)
    case sftpStatus.permissionDenied:
      return fail('permission', `the device does not let this user ${doing} ${path}. Give the user the right to.`)
    case sftpStatus.unsupported:
      return fail('unsupported', `the device cannot do what is needed to ${doing} ${path}. Use another connector.`)
    case sftpStatus.failure:
      return fail(
        'protocol',
        `the device failed to ${doing} ${path} and says no more than that. Check the file and the device's free space.`,
        true,
      )
    default:
      return fail('protocol', `the device answered wrongly when asked to ${doing} ${path} (${reasonOf(error)}).`, true)
  }
}

/** A file that did not hold still. */
export function changedOnDevice(item: string, path: string): BlackstartError {
  return new BlackstartError(
    'changed-while-read',
    `${item}: ${path} changed on the device while it was read. Capture again when nothing writes to it.`,
    { retry: true, facts: { path } },
  )
}
