import { BlackstartError } from '../../errors.ts'
import type { HttpServer } from '../http/http-client.ts'
import type { RestAccess } from '../storage-access.ts'

/** Its URL is without the login, and ends with `/`. */
export interface RestPlace extends HttpServer {
  /** For people: with the user, without the password. */
  readonly location: string
}

/** Reads what follows `rest:`. A login in it counts, else that of `access`. Throws `usage`, without repeating what it was given. */
export function parseRestPlace(place: string, access: RestAccess): RestPlace {
  const url = URL.parse(place)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const sentence = 'The location of a REST server is written rest:http://HOST:PORT/PATH/ or rest:https://HOST/PATH/.'
    throw new BlackstartError('usage', sentence)
  }
  if (url.search !== '' || url.hash !== '') {
    throw new BlackstartError(
      'usage',
      `rest:${url.protocol}//${url.host}/: a REST server's location has no ? and no #.`,
    )
  }
  const user = decoded(url.username) || (access.user ?? '')
  const password =
    decoded(url.username) === '' ? (access.password ?? '') : decoded(url.password) || (access.password ?? '')
  url.username = ''
  url.password = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  const at = user === '' ? '' : `${encodeURIComponent(user)}@`
  return {
    url,
    location: `rest:${url.protocol}//${at}${url.host}${url.pathname}`,
    login: user === '' && password === '' ? null : { user, password },
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a percent sign that encodes nothing stands for itself
  }
}
