import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'

export interface Asked {
  readonly location: string
  /** `being read (data/ab/ab…)`: ends the sentence "… failed while it was …". */
  readonly what: string
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

/** The milliseconds that an answer asks to be waited, as a fact for `retrying`; nothing where it asks for none in seconds. */
export function retryAfter(headers: Readonly<Record<string, unknown>>): { readonly retryAfter?: number } {
  const seconds = String(headers['retry-after'])
  return /^\d{1,6}$/.test(seconds) ? { retryAfter: Number(seconds) * 1000 } : {}
}

export function missingFile(location: string, file: string, cause?: unknown): BlackstartError {
  const sentence = `${location}: there is no file ${file}.`
  return new BlackstartError('not-found', sentence, { facts: { location, file }, cause })
}

/** `found` is null where the server does not tell. */
export function tooShort(location: string, file: string, expected: number, found: number | null): BlackstartError {
  const length = found === null ? 'it is shorter than that' : `it ends after ${found} bytes`
  return new BlackstartError(
    'integrity',
    `${location}: ${file} is damaged: ${expected} bytes were expected, and ${length}. Bring the file back from another copy.`,
    { facts: { location, file, expected, found } },
  )
}
