import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to one request. */
export interface HttpFault {
  /** Only requests of that method meet it; without it the next one does, whatever it is. */
  readonly method?: string
  readonly status: number
  /** True: the server gets the request and does what it asks, and only its answer is lost. */
  readonly done?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A plain-HTTP reverse proxy on 127.0.0.1 that answers some requests itself. Host headers pass unchanged, so that signatures hold. */
export interface HttpFaultProxy extends AsyncDisposable {
  readonly port: number
  /** `METHOD path` of every request since the start. */
  readonly requests: readonly string[]
  /** Faults that no request has met yet. */
  readonly armed: number
  arm(...faults: readonly HttpFault[]): void
}

export async function startHttpFaultProxy(target: {
  readonly host: string
  readonly port: number
}): Promise<HttpFaultProxy> {
  const faults: HttpFault[] = []
  const requests: string[] = []
  const server = createServer((incoming, answer) => {
    requests.push(`${incoming.method} ${incoming.url}`)
    const at = faults.findIndex(({ method }) => method === undefined || method === incoming.method)
    const [fault] = at < 0 ? [] : faults.splice(at, 1)
    if (fault === undefined || fault.done === true) forward(target, incoming, answer, fault)
    else {
      incoming.resume()
      incoming.on('end', () => fail(answer, fault))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    get armed() {
      return faults.length
    },
    arm(...more) {
      faults.push(...more)
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function forward(
  target: { readonly host: string; readonly port: number },
  incoming: IncomingMessage,
  answer: ServerResponse,
  fault: HttpFault | undefined,
): void {
  const { method, url, rawHeaders } = incoming
  const outgoing = request({ ...target, method, path: url, headers: rawHeaders, setHost: false }, response => {
    if (fault !== undefined) {
      response.resume()
      response.on('end', () => fail(answer, fault))
      return
    }
    answer.writeHead(response.statusCode ?? 502, response.rawHeaders)
    response.pipe(answer)
  })
  outgoing.on('continue', () => answer.writeContinue())
  outgoing.on('error', () => answer.destroy())
  incoming.pipe(outgoing)
}

function fail(answer: ServerResponse, { status, headers = {}, body = '' }: HttpFault): void {
  answer.writeHead(status, headers)
  answer.end(body)
}
