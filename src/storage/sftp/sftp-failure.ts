import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const sftpStatus = { eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const

/** The server's status in an error of ssh2; null for errors of another kind. */
export function statusOf(error: unknown): number | null {
  if (error === null || typeof error !== 'object' || !('code' in error)) return null
  return typeof error.code === 'number' ? error.code : null
}

/** What the server's refusal of a request means. `what` ends "… cannot be …": `read (data/ab/ab…)`. A BlackstartError passes. */
export function sftpFailure(location: string, what: string, error: unknown): unknown {
  if (error instanceof BlackstartError) return error
  const status = statusOf(error)
  const fail = (code: ErrorCode, sentence: string, system: string | null = null) =>
    new BlackstartError(code, `${location} cannot be ${what}: ${sentence}`, {
      cause: error,
      facts: { location, system },
    })
  switch (status) {
    case null:
      return error
    case sftpStatus.permissionDenied:
      return fail(
        'permission',
        'the server does not allow this user to. Give the user the right to the folder.',
        'EACCES',
      )
    case sftpStatus.noSuchFile:
      return fail('storage', 'the folder is missing. Prepare it with init, or check the path.', 'ENOENT')
    case sftpStatus.unsupported:
      return fail('storage', 'the server does not know how. Use another server, OpenSSH for one.')
    default:
      return fail(
        'storage',
        `the server failed, and says no more than "${reasonOf(error)}". Look at its log and its disk.`,
      )
  }
}

export function diskFull(location: string, cause: unknown): BlackstartError {
  return new BlackstartError(
    'disk-full',
    `${location}: no space is left on the server's disk. Make room and run again.`,
    {
      facts: { location, system: 'ENOSPC' },
      cause,
    },
  )
}

export function readOnlyDisk(location: string, cause: unknown): BlackstartError {
  return new BlackstartError('storage', `${location} cannot be written: the server's disk is mounted read-only.`, {
    facts: { location, system: 'EROFS' },
    cause,
  })
}

/** `found`: bytes of the temporary file, null where there is none; the server had acknowledged `acknowledged`. */
export function uploadGone(
  location: string,
  path: string,
  acknowledged: number,
  found: number | null,
  cause?: unknown,
): BlackstartError {
  const what = found === null ? 'is gone' : `has ${found} bytes where the server had acknowledged ${acknowledged}`
  return new BlackstartError(
    'storage',
    `${location}: an upload cannot go on, as its temporary file ${path} ${what}. Check whether the server crashed or somebody clears its folders, and run again.`,
    { facts: { location, path, acknowledged, found }, cause },
  )
}

export function connectionLost(location: string, reason: string, cause?: unknown): BlackstartError {
  return new BlackstartError(
    'connection-lost',
    `${location}: the connection broke (${reason}). Check the network, and whether the server restarted.`,
    { retry: true, facts: { location }, cause },
  )
}

/** `milliseconds` without a byte. */
export function wentSilent(location: string, milliseconds: number): BlackstartError {
  return new BlackstartError(
    'timeout',
    `${location} stopped answering: nothing came for ${milliseconds / 1000} seconds. Check the server and the network between.`,
    { retry: true, facts: { location, idleTimeout: milliseconds } },
  )
}

export function loginRefused(location: string, reason: string, cause?: unknown): BlackstartError {
  return new BlackstartError(
    'login-refused',
    `${location}: the server refused the login (${reason}). Check the user, and the key or password that was given.`,
    { facts: { location }, cause },
  )
}

const unreachable = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENOTFOUND', 'EAI_AGAIN'])

/** What an error of the SSH connection means. A BlackstartError passes. */
export function sshFailure(location: string, stage: 'connecting' | 'login' | 'ready', error: unknown): BlackstartError {
  if (error instanceof BlackstartError) return error
  const [code, reason, level] = [systemCode(error), reasonOf(error), levelOf(error)]
  const details = { cause: error, facts: { location, system: code } }
  if (stage === 'connecting' && code !== null && unreachable.has(code)) {
    const sentence = `${location} cannot be reached (${code}). Check that the server runs, its address and port, and the firewall between.`
    return new BlackstartError('unreachable', sentence, { ...details, retry: true })
  }
  if (level === 'client-authentication') return loginRefused(location, reason, error)
  if ((level === 'handshake' || level === 'protocol') && !/^Connection lost/.test(reason)) {
    const sentence = `${location}: the server and we do not understand each other (${reason}). Check that the port is that of an up-to-date SSH server.`
    return new BlackstartError('protocol', sentence, details)
  }
  return connectionLost(location, reason, error)
}

function levelOf(error: unknown): string | null {
  if (error === null || typeof error !== 'object' || !('level' in error)) return null
  return typeof error.level === 'string' ? error.level : null
}
