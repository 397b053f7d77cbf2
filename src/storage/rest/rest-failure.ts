import { BlackstartError, type ErrorCode } from '../../errors.ts'
import type { HttpRequest } from '../http/http-client.ts'
import { retryAfter } from '../http/http-failure.ts'

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
  { location, what, method }: HttpRequest,
  status: number,
  headers: Readonly<Record<string, unknown>>,
): BlackstartError {
  const broken = status >= 500
  const sentence = broken
    ? 'failed by itself: see the log of the server'
    : 'gave an answer that is none of the protocol'
  const found = meanings[status] ?? { code: broken ? 'storage' : 'protocol', sentence, retry: broken }
  return new BlackstartError(found.code, `${location} ${found.sentence} (${status}, while it was ${what}).`, {
    retry: found.retry === true,
    facts: { location, status, method, ...retryAfter(headers) },
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
