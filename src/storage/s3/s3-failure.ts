import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'
import { connectionFailure, retryAfter } from '../http/http-failure.ts'

/** What an answer says that was no success, as far as the SDK found it. */
export interface S3Refusal {
  /** S3's own word: `NoSuchKey`, `AccessDenied`; the SDK's, where the answer had no body. */
  readonly code: string
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Null for an error that is no answer of the server. */
export function refusalOf(error: unknown): S3Refusal | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number }
  if (httpStatusCode === undefined) return null
  const response =
    '$response' in error ? (error.$response as { headers?: S3Refusal['headers'] } | undefined) : undefined
  return { code: error.name, status: httpStatusCode, headers: response?.headers ?? {} }
}

interface Meaning {
  readonly code: ErrorCode
  /** Goes on after the location. */
  readonly sentence: string
  readonly retry?: boolean
  /** As the system would say it, for who asks whether a place can be written at all. */
  readonly system?: string
}

const keys: Meaning = {
  code: 'login-refused',
  sentence: 'does not know this access key, or its secret is wrong. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
}
const token: Meaning = {
  code: 'login-refused',
  sentence: 'does not take the session token, or it has expired. Get a new one (AWS_SESSION_TOKEN)',
}
const bucket: Meaning = {
  code: 'storage',
  sentence: 'cannot be used: there is no such bucket. Check its name, or make it with init',
}
const region: Meaning = {
  code: 'storage',
  sentence: 'cannot be used: the bucket is in another region. Name it: -o s3.region=REGION or AWS_DEFAULT_REGION',
}
const changed: Meaning = { code: 'storage', sentence: 'says that something else arrived than was sent', retry: true }
const denied: Meaning = {
  code: 'permission',
  sentence:
    'does not allow it to this access key. It needs s3:GetObject, s3:PutObject, s3:DeleteObject on the objects and s3:ListBucket on the bucket',
  system: 'EACCES',
}
const busy: Meaning = { code: 'storage', sentence: 'has too many requests at the moment', retry: true }
const full: Meaning = {
  code: 'disk-full',
  sentence: 'has no space left, or the quota is used up. Make room and run again',
}

const byCode: Readonly<Record<string, Meaning>> = {
  ...{ InvalidAccessKeyId: keys, SignatureDoesNotMatch: keys, UserSuspended: keys },
  ...{ InvalidToken: token, ExpiredToken: token, TokenRefreshRequired: token },
  ...{ AccessDenied: denied, AllAccessDisabled: denied, AccountProblem: denied },
  ...{ NoSuchBucket: bucket },
  ...{ AuthorizationHeaderMalformed: region, PermanentRedirect: region, IllegalLocationConstraintException: region },
  ...{ BadDigest: changed, InvalidDigest: changed, XAmzContentSHA256Mismatch: changed, IncompleteBody: changed },
  ...{ QuotaExceeded: full, SlowDown: busy, TooManyRequests: busy },
  RequestTimeout: { code: 'timeout', sentence: 'had to wait for us for too long', retry: true },
}

const byStatus: Readonly<Record<number, Meaning>> = {
  301: region,
  401: keys,
  403: denied,
  408: { code: 'timeout', sentence: 'had to wait for us for too long', retry: true },
  413: { code: 'storage', sentence: 'takes no object of that size: raise its limit, or that of the proxy before it' },
  429: busy,
  507: full,
}

/** What a failed request means. `what` ends "… while it was …": `being read (data/ab/ab…)`. `now`: milliseconds since 1970. */
export function s3Failure(location: string, what: string, error: unknown, now: number): unknown {
  const refusal = refusalOf(error)
  if (error instanceof BlackstartError) return error
  if (systemCode(error) !== null) return connectionFailure({ location, what }, error)
  if (refusal === null || refusal.status < 300) return notS3(location, what, reasonOf(error), error)
  const { code, status, headers } = refusal
  if (code === 'RequestTimeTooSkewed') return clockSkew(location, headers.date, now, error)
  const broken = status >= 500
  const { sentence, retry, system, ...found } = byCode[code] ??
    byStatus[status] ?? {
      code: broken ? 'storage' : 'protocol',
      sentence: broken ? 'failed by itself: see the log of the server' : 'did not understand the request',
      retry: broken,
    }
  const facts = {
    location,
    status,
    s3: code,
    ...(system && { system }),
    ...retryAfter(headers),
  }
  return new BlackstartError(found.code, `${location} ${sentence} (${code}, ${status}, while it was ${what}).`, {
    ...{ retry: retry === true, facts, cause: error },
  })
}

export function notS3(location: string, what: string, reason: string, cause?: unknown): BlackstartError {
  const sentence = `${location} gave an answer that is none of S3, while it was ${what} (${reason}). Check the address.`
  return new BlackstartError('protocol', sentence, { facts: { location }, cause })
}

function clockSkew(location: string, date: string | undefined, now: number, cause: unknown): BlackstartError {
  const server = Date.parse(date ?? '')
  const minutes = Math.round((now - server) / 60_000)
  const by = Number.isNaN(minutes)
    ? 'too much'
    : `${Math.abs(minutes)} minutes (it is ${minutes > 0 ? 'ahead' : 'behind'})`
  const sentence = `${location} does not accept our requests: the clock of this machine differs from the server's by ${by}. Set the clock.`
  return new BlackstartError('login-refused', sentence, { facts: { location, minutes }, cause })
}

export function noKey(location: string): BlackstartError {
  const sentence = `${location}: no access key was given. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`
  return new BlackstartError('login-refused', sentence, { facts: { location } })
}

/** `until` is null where nobody told. */
export function notDeleted(
  location: string,
  file: string,
  until: Date | 'hold' | null,
  cause: unknown,
): BlackstartError {
  const why =
    until === 'hold'
      ? 'it is under a legal hold'
      : until === null
        ? 'the bucket is locked, or this access key may not delete'
        : `it is locked until ${until.toISOString()}`
  return new BlackstartError('refused', `${location} does not let ${file} be deleted: ${why}.`, {
    facts: { location, file, until: until instanceof Date ? until.toISOString() : until, system: 'EACCES' },
    cause,
  })
}
