import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'

export interface Asked {
  readonly location: string
  /** `being read (data/ab/ab…)`: ends the sentence "… failed while it was …". */
  readonly what: string
  readonly method: string
}

const unreachable = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'EAI_AGAIN',
])
const certificateFault = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/

/** What a request that ended without an answer, or in the middle of one, means. */
export function connectionFailure({ location, what }: Asked, error: unknown): BlackstartError {
  const code = systemCode(error) ?? ''
  const failure = (kind: ErrorCode, sentence: string, retry: boolean): BlackstartError =>
    new BlackstartError(kind, `${location} ${sentence}`, { retry, facts: { location, system: code }, cause: error })
  if (unreachable.has(code)) {
    return failure(
      'unreachable',
      `cannot be reached (${code}). Check that the server runs, and the network between.`,
      true,
    )
  }
  if (code === 'ENOTFOUND') return failure('unreachable', 'cannot be reached: nobody knows that host name.', false)
  if (certificateFault.test(code)) {
    const sentence = `has a certificate that is not trusted (${reasonOf(error)}). Give the CA that signed it: --cacert FILE.`
    return failure('host-key', sentence, false)
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return failure('protocol', 'does not speak TLS as we do: is it plain http?', false)
  }
  if (code.startsWith('HPE_')) return failure('protocol', `does not speak HTTP (${code}): is it https?`, false)
  return failure('connection-lost', `hung up while it was ${what}: ${reasonOf(error)}.`, true)
}

interface StatusMeaning {
  readonly code: ErrorCode
  readonly sentence: string
  readonly retry?: boolean
}

const meanings: Readonly<Record<number, StatusMeaning>> = {
  400: { code: 'storage', sentence: 'says that something else arrived than was sent', retry: true },
  401: { code: 'login-refused', sentence: 'refuses the login. Check the user and the password' },
  403: { code: 'permission', sentence: 'does not allow it' },
  404: { code: 'not-found', sentence: 'has no such repository. Make it with init' },
  405: { code: 'protocol', sentence: 'does not know the request: is it a server of restic’s REST protocol?' },
  408: { code: 'timeout', sentence: 'had to wait for us for too long', retry: true },
  413: { code: 'storage', sentence: 'takes no file of that size: raise its limit, or that of the proxy before it' },
  429: { code: 'storage', sentence: 'has too many requests at the moment', retry: true },
  507: { code: 'disk-full', sentence: 'has no space left. Make room and run again' },
}

/** What an answer means whose status is not the one hoped for. */
export function statusFailure(
  { location, what, method }: Asked,
  status: number,
  retryAfter: string | undefined,
): BlackstartError {
  const broken = status >= 500
  const sentence = broken
    ? 'failed by itself: see the log of the server'
    : 'gave an answer that is none of the protocol'
  const found = meanings[status] ?? { code: broken ? 'storage' : 'protocol', sentence, retry: broken }
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null
  return new BlackstartError(found.code, `${location} ${found.sentence} (${status}, while it was ${what}).`, {
    retry: found.retry === true,
    facts: { location, status, method, ...(seconds === null ? {} : { retryAfter: seconds * 1000 }) },
  })
}

export function keptByServer(location: string, file: string): BlackstartError {
  return new BlackstartError(
    'refused',
    `${location} does not let ${file} be deleted: it only takes new files (append-only). Delete on the server's own side, or with a login that may.`,
    { facts: { location, file, status: 403 } },
  )
}

/** Less than was to be written may be what an upload that broke has left, on servers that write in place: they take it away. */
export function notReplaced(location: string, file: string, bytes: number, found: number | null): BlackstartError {
  const why =
    found === null
      ? 'it does not let this login write. Check its permissions.'
      : `it has one of ${found} bytes under that name, where ${bytes} were to be written, and replaces none. Have that one removed on the server.`
  return new BlackstartError('refused', `${location} does not take ${file}: ${why}`, {
    retry: found !== null && found < bytes,
    facts: { location, file, status: 403, bytes, found },
  })
}

export function missingFile(location: string, file: string): BlackstartError {
  return new BlackstartError('not-found', `${location}: there is no file ${file}.`, { facts: { location, file } })
}

export function tooShort(location: string, file: string, expected: number, found: number | null): BlackstartError {
  const length = found === null ? 'it is shorter than that' : `it ends after ${found} bytes`
  return new BlackstartError(
    'integrity',
    `${location}: ${file} is damaged: ${expected} bytes were expected, and ${length}. Bring the file back from another copy.`,
    { facts: { location, file, expected, found } },
  )
}
