/** What went wrong, as a program sees it. `cli` and `api` alone turn these into exit codes and HTTP statuses. */
export type ErrorCode =
  // wrong use, wrong data
  | 'usage'
  | 'site-invalid'
  | 'not-found'
  | 'secret-missing'
  // not now, or not by you
  | 'refused'
  | 'locked'
  | 'isolated'
  | 'interrupted'
  // the repository and the disk
  | 'wrong-password'
  | 'integrity'
  | 'storage'
  | 'disk-full'
  // a device or another source of a capture
  | 'unreachable'
  | 'login-refused'
  | 'permission'
  | 'timeout'
  | 'connection-lost'
  | 'truncated'
  | 'protocol'
  | 'missing'
  | 'changed-while-read'
  | 'unstable'
  | 'no-end-mark'
  | 'device-busy'
  | 'host-key'
  | 'unsupported'
  | 'mismatch'
  | 'internal'

export interface ErrorDetails {
  /** What a program or a finding may want to know besides the sentence: addresses, paths, sizes. Never a secret. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** True when the same call may succeed later without anybody doing anything. */
  readonly retry?: boolean
  readonly cause?: unknown
}

/**
 * The one error class. `message` is a sentence for a person: what happened, to what, and what to do.
 * Never put a secret in it.
 */
export class BlackstartError extends Error {
  override readonly name = 'BlackstartError'
  readonly code: ErrorCode
  readonly facts: Readonly<Record<string, unknown>>
  readonly retry: boolean

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.facts = details.facts ?? {}
    this.retry = details.retry ?? false
  }
}

/** The system's own code of an error (`ENOENT`, `ECONNREFUSED`, …), or null where it has none. */
export function systemCode(error: unknown): string | null {
  if (error === null || typeof error !== 'object' || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** Whether a disk of ours stands in the way: it is full, or cannot be written or read. */
export function isOfDisk(error: unknown): error is BlackstartError {
  if (!(error instanceof BlackstartError)) return false
  return error.code === 'disk-full' || error.code === 'storage' || isUnreadable(error)
}

/** Whether a file is damaged because its disk fails: what cannot be read now it perhaps gives back another time. */
export function isUnreadable({ code, facts }: BlackstartError): boolean {
  return code === 'integrity' && typeof facts.system === 'string'
}

/** What an unknown thrown value says, for the end of a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What the system's codes mean, for the end of a sentence. */
export const systemWords: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link, or its links lead in a circle',
  EACCES: 'this user has no right to it',
  EPERM: 'this user has no right to it',
  EROFS: 'the disk can only be read',
  EIO: 'the disk, or what connects it, failed',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is used up",
  EMFILE: 'this process has too many files open',
  ENFILE: 'this machine has too many files open',
}

/** As `reasonOf`, with words in place of what the system says, `ENOENT: statx`, where its code is a common one. */
export function plainReason(error: unknown): string {
  const code = systemCode(error) ?? ''
  const words = systemWords[code]
  return words === undefined ? reasonOf(error) : reasonOf(error).replace(new RegExp(`\\b${code}: .*$`, 's'), words)
}
