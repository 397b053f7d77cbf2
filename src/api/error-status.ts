import { BlackstartError, type ErrorCode, systemCode } from '../errors.ts'
import type { RefusalCode } from './refusal.ts'

const byCode: Readonly<Record<ErrorCode, number>> = {
  ...{ usage: 400, 'site-invalid': 422, 'not-found': 404, 'secret-missing': 409 },
  ...{ refused: 409, locked: 423, isolated: 409, interrupted: 503 },
  ...{ 'wrong-password': 500, integrity: 500, storage: 500, 'disk-full': 507 },
  // a device or another source did not do what was asked of it
  ...{ unreachable: 502, 'login-refused': 502, permission: 502, timeout: 504, 'connection-lost': 502, truncated: 502 },
  ...{ protocol: 502, missing: 502, 'changed-while-read': 502, unstable: 502, 'no-end-mark': 502, 'host-key': 502 },
  ...{ 'device-busy': 409, unsupported: 422, mismatch: 409, internal: 500 },
}

const byRefusal: Readonly<Record<RefusalCode, number>> = {
  ...{ invalid: 400, 'signed-out': 401, 'sign-in-refused': 401, 'locked-out': 429, forbidden: 403 },
  ...{
    'proof-needed': 403,
    'approval-needed': 403,
    forged: 403,
    'password-change-needed': 403,
    'wrong-host': 421,
    'too-large': 413,
  },
  ...{ 'not-json': 415, changed: 412, 'no-etag': 428, 'no-route': 404, busy: 503 },
}

export interface ToldError {
  readonly status: number
  readonly code: string
  readonly message: string
  /** Seconds. */
  readonly retryAfter?: number
}

/** The one place that turns what is thrown into a status, a code and a sentence. Null: a mistake of our own, of which nothing is told. */
export function toldError(error: unknown): ToldError | null {
  if (error instanceof BlackstartError) return ofBlackstart(error)
  if (error instanceof Error && (error.name === 'AbortError' || isCutOff(error))) {
    return { status: 503, code: 'interrupted', message: 'The node stops, or the request was given up.' }
  }
  return ofFastify(error)
}

/** The connection ended before all of the request had come: Fastify calls that a wrong request. */
function isCutOff(error: Error): boolean {
  return systemCode(error) === 'ECONNRESET' && 'statusCode' in error && error.statusCode === 400
}

function ofBlackstart({ code, message, facts }: BlackstartError): ToldError {
  const refused = refusalOf(facts)
  if (refused !== null) {
    const wait = typeof facts.wait === 'number' ? { retryAfter: Math.ceil(facts.wait / 1000) } : {}
    return { status: byRefusal[refused], code: refused, message, ...wait }
  }
  return { status: byCode[code], code, message }
}

/** What the accounts refuse says in its facts what kind of refusal it is. */
function refusalOf(facts: BlackstartError['facts']): RefusalCode | null {
  if (typeof facts.api === 'string' && Object.hasOwn(byRefusal, facts.api)) return facts.api as RefusalCode
  if (typeof facts.wait === 'number') return 'locked-out'
  if (facts.signIn === true) return 'sign-in-refused'
  if (facts.proof === true) return 'proof-needed'
  return typeof facts.action === 'string' ? 'forbidden' : null
}

const byFastify: Readonly<Record<string, Omit<ToldError, 'retryAfter'>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'too-large',
    message: 'The request is larger than what is taken here.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'not-json',
    message: 'Send JSON: content-type application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'invalid',
    message: 'The request is not as long as it says.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'invalid', message: 'The request has no JSON body.' },
  FST_ERR_BAD_URL: { status: 400, code: 'invalid', message: 'The address of the request cannot be read.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 404, code: 'no-route', message: 'There is nothing at this address.' },
}

function ofFastify(error: unknown): ToldError | null {
  const code = error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : ''
  return byFastify[code] ?? (isOfRequest(error) ? nowhere : null)
}

const nowhere = { status: 404, code: 'no-route', message: 'There is nothing at this address.' }

/** What the server itself finds wrong with a request is no mistake of ours. */
function isOfRequest(error: unknown): boolean {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null
  const isOwn = error instanceof Error && 'code' in error && String(error.code).startsWith('FST_')
  return isOwn && typeof status === 'number' && status >= 400 && status < 500
}
