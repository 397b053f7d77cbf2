import { chmodSync, fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync, utimesSync } from 'node:fs'
import { systemCode } from '../../errors.ts'
import { type ExtendedAttribute, writeAttributes } from './extended-attributes.ts'
import type { Moment } from './file-stat.ts'
import { reach, terminated } from './long-path.ts'
import { systemCalls } from './system-calls.ts'

export interface Metadata {
  /** The lower twelve bits of `st_mode`. Links have none of their own. */
  readonly permissions: number
  readonly uid: number
  readonly gid: number
  readonly accessed: Moment
  readonly modified: Moment
  /** Null where the file has none and is to have none. */
  readonly attributes: readonly ExtendedAttribute[] | null
}

/** What of it could not be set, and why. */
export interface MetadataProblem {
  readonly part: MetadataPart
  readonly error: unknown
}

export type MetadataPart = 'owner' | 'attributes' | 'permissions' | 'times'

/** An opened file, and where it lies; or only a path: what lies there is not followed where it is a link. */
export interface MetadataSubject {
  readonly path: string
  readonly opened: number | null
  readonly isLink: boolean
}

/**
 * Owner, attributes, permissions and times, in this order: a change of owner takes set-user-id bits and capabilities away,
 * and each of them changes times. Goes on where one of them cannot be set, and returns what could not. Who is not root
 * keeps what he may not give away, without a word, but for attributes that the file's owner may set.
 */
export function setMetadata(subject: MetadataSubject, metadata: Metadata): MetadataProblem[] {
  const problems: MetadataProblem[] = []
  const attempt = (part: MetadataPart, action: () => void): void => {
    try {
      action()
    } catch (error) {
      if (!isForbiddenToUser(error)) problems.push({ part, error })
    }
  }
  if (process.platform !== 'win32') attempt('owner', () => setOwner(subject, metadata))
  const { attributes } = metadata
  if (attributes !== null) {
    attempt('attributes', () => {
      const error = setAttributes(subject, attributes)
      if (error !== null) problems.push({ part: 'attributes', error })
    })
  }
  if (!subject.isLink) attempt('permissions', () => setPermissions(subject, metadata.permissions))
  attempt('times', () => setTimes(subject, metadata))
  return problems
}

const limits: ReadonlySet<string | null> = new Set(['ENOTSUP', 'EPERM', 'EACCES', 'EINVAL', 'ENOSYS'])

/** True for what a system, or file system, answers that has no such metadata, or not these: nothing is wrong with the file. */
export function isLimit(error: unknown): boolean {
  return limits.has(systemCode(error))
}

function isForbiddenToUser(error: unknown): boolean {
  const code = systemCode(error)
  return (code === 'EPERM' || code === 'EACCES') && process.geteuid?.() !== 0
}

function setOwner({ path, opened }: MetadataSubject, { uid, gid }: Metadata): void {
  if (opened === null) reach(path, at => lchownSync(at, uid, gid))
  else fchownSync(opened, uid, gid)
}

/**
 * Returns the worst of what went wrong, or null. A file of one's own that may not be written is made writable for it: its
 * permissions are set afterwards.
 */
function setAttributes(subject: MetadataSubject, attributes: readonly ExtendedAttribute[]): unknown {
  const write = (): unknown[] => {
    const errors: unknown[] = []
    writeAttributes(subject.path, attributes, (name, error) => {
      if (isOwnersAttribute(name) || !isForbiddenToUser(error)) errors.push(error)
    })
    return errors
  }
  let errors = write()
  if (errors.some(error => systemCode(error) === 'EACCES') && madeWritable(subject)) errors = write()
  return errors.find(error => !isLimit(error)) ?? errors[0] ?? null
}

function madeWritable(subject: MetadataSubject): boolean {
  if (subject.isLink) return false
  try {
    setPermissions(subject, 0o700)
    return true
  } catch {
    return false // It is somebody else's.
  }
}

/** What the owner of a file may set. */
function isOwnersAttribute(name: string): boolean {
  return name.startsWith('user.') || name.startsWith('system.posix_acl_')
}

function setPermissions({ path, opened }: MetadataSubject, permissions: number): void {
  if (opened === null) reach(path, at => chmodSync(at, permissions))
  else fchmodSync(opened, permissions)
}

/** Filled for each call anew: seconds and nanoseconds of both times. */
const times = new BigInt64Array(4)

function setTimes({ path, opened, isLink }: MetadataSubject, { accessed, modified }: Metadata): void {
  const calls = systemCalls()
  if (typeof calls === 'string') {
    const [atime, mtime] = [coarse(accessed), coarse(modified)]
    if (opened !== null) futimesSync(opened, atime, mtime)
    else reach(path, at => (isLink ? lutimesSync : utimesSync)(at, atime, mtime))
    if (modified.nanoseconds % 1000 === 0) return
    throw Object.assign(new Error(`times are set to the microsecond only: ${calls}`), { code: 'ENOTSUP' })
  }
  times[0] = BigInt(accessed.seconds)
  times[1] = BigInt(accessed.nanoseconds)
  times[2] = BigInt(modified.seconds)
  times[3] = BigInt(modified.nanoseconds)
  if (opened === null) reach(path, at => calls.utimens(terminated(at), times))
  else calls.futimens(opened, times)
}

/** To the microsecond, all that Node takes. Half a one is added because the double falls a little below what it stands for. */
function coarse({ seconds, nanoseconds }: Moment): number {
  return (seconds * 1e6 + Math.floor(nanoseconds / 1000) + 0.5) / 1e6
}
