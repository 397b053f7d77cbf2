import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'
import { plainLine } from './plain-text.ts'

/** What the system's codes of a broken connection mean, for the end of a sentence. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer came in time',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'no name server answers',
}

/**
 * What failed on the way to `place`, as an error that may be tried again. The cause is not kept: what libraries and
 * receivers attach to their errors may hold credentials.
 */
export function unreachable(id: string, place: string, error: unknown, secrets: readonly string[]): BlackstartError {
  if (error instanceof BlackstartError) return error
  const code = systemCode(error) ?? ''
  const late = error instanceof Error && error.name === 'TimeoutError'
  const reason = late ? 'no answer came in time' : (words[code] ?? sayable(reasonOf(error), secrets))
  const sentence = `${id}: ${place} could not be reached: ${reason}. Check the network and the options of this channel.`
  return new BlackstartError(late ? 'timeout' : 'unreachable', sentence, { retry: true })
}

/** A refusal, in the receiver's words. `refused`: this message will never be taken. */
export function refusal(id: string, code: ErrorCode, sentence: string): BlackstartError {
  return new BlackstartError(code, `${id}: ${sentence}`, { retry: false })
}

/** What a receiver said, on one line, and without the secrets that it was told, however they were written. */
export function sayable(text: string, secrets: readonly string[]): string {
  let said = text
  for (const secret of secrets.filter(one => one.length > 0)) {
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]
    for (const form of forms) said = said.replaceAll(form, '***')
  }
  return plainLine(said, 300)
}
