import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** Milliseconds. */
const patience = 10_000
/** Bytes: what an issuer says is small. */
const longest = 1_000_000

/** What the library asks for; a part of what `fetch` takes. */
interface FetchOptions {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** `fetch` for an issuer; `ca` null: its certificate is of an authority that this machine trusts. Follows nothing, and takes no more than an issuer says. */
export function fetchFromIssuer(ca: string | null): (url: string, options: FetchOptions) => Promise<Response> {
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(patience)
      const request = (url.startsWith('http:') ? http : https).request(
        url,
        { method, headers, agent: false, signal, minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) },
        answer => {
          let size = 0
          answer.on('data', (part: Buffer) => {
            size += part.length
            if (size > longest) answer.destroy(new Error('its answer is too long'))
          })
          const names = Object.entries(answer.headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, String(value)] as [string, string]],
          )
          buffer(answer).then(
            bytes =>
              resolve(
                new Response(isBodyless(answer.statusCode) ? null : bytes, {
                  status: answer.statusCode ?? 500,
                  headers: names,
                }),
              ),
            reject,
          )
        },
      )
      request.once('error', reject)
      bodyOf(body).pipe(request)
    })
}

function isBodyless(status: number | undefined): boolean {
  return status === 204 || status === 304
}

function bodyOf(body: unknown): Readable {
  if (body === undefined || body === null) return Readable.from([])
  if (typeof body === 'string' || body instanceof URLSearchParams) return Readable.from([String(body)])
  if (body instanceof Uint8Array) return Readable.from([body])
  throw new TypeError('an issuer is sent text only')
}
