import { Agent, type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { BlackstartError, systemCode } from '../../errors.ts'
import type { TlsAccess } from '../storage-access.ts'
import type { Transfer } from '../transfer.ts'
import { type Asked, connectionFailure } from './http-failure.ts'

export interface HttpServer {
  readonly url: URL
  readonly login: { readonly user: string; readonly password: string } | null
}

export interface HttpRequest extends Asked {
  readonly method: string
  /** Below the server's URL (`data/ab…`), or a URL of its own. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly Uint8Array[]
}

const mostDiscarded = 64 * 1024

/** Connections to one server, which are kept while they are of use. */
export class HttpClient implements Disposable {
  readonly #server: HttpServer
  readonly #agent: Agent
  readonly #headers: Readonly<Record<string, string>>

  constructor(server: HttpServer, tls: TlsAccess) {
    this.#server = server
    const keep = { keepAlive: true, scheduling: 'lifo' } as const
    const { ca, insecure, client } = tls
    this.#agent =
      server.url.protocol === 'https:'
        ? new TlsAgent({ ...keep, ...(ca && { ca }), ...client, rejectUnauthorized: insecure !== true })
        : new Agent(keep)
    const secret = server.login === null ? null : Buffer.from(`${server.login.user}:${server.login.password}`)
    this.#headers = secret === null ? {} : { Authorization: `Basic ${secret.toString('base64')}` }
  }

  /** The answer, whatever its status; its body must be read or destroyed. Throws what connectionFailure says, or the transfer's reason. */
  async ask(request: HttpRequest, transfer: Transfer): Promise<IncomingMessage> {
    for (;;) {
      transfer.signal.throwIfAborted()
      const outgoing = this.#begin(request)
      try {
        return await answered(outgoing, request.body ?? [], transfer)
      } catch (error) {
        // A connection that was kept may have been closed by the server at the moment that it was used again.
        const closed = systemCode(error) === 'ECONNRESET' || systemCode(error) === 'EPIPE'
        if (!outgoing.reusedSocket || !closed || transfer.signal.aborted) throw failureOf(request, transfer, error)
      }
    }
  }

  /** The pieces of an answer's body, each paced. Throws as `ask`. Ends the connection where it is left early. */
  async *body(asked: Asked, answer: IncomingMessage, transfer: Transfer): AsyncGenerator<Uint8Array> {
    const giveUp = (): void => void answer.destroy()
    transfer.signal.addEventListener('abort', giveUp, { once: true })
    try {
      for await (const piece of answer) {
        await transfer.move('read', (piece as Buffer).byteLength)
        transfer.pause()
        yield piece as Buffer
        transfer.alive()
      }
    } catch (error) {
      throw failureOf(asked, transfer, error)
    } finally {
      transfer.signal.removeEventListener('abort', giveUp)
    }
  }

  /** Reads what nobody wants of an answer, so that its connection can be used again; a long one costs the connection. Never rejects. */
  async discard(answer: IncomingMessage, transfer: Transfer): Promise<void> {
    const timeUp = (): void => void answer.destroy()
    transfer.signal.addEventListener('abort', timeUp, { once: true })
    let bytes = 0
    try {
      for await (const piece of answer) {
        bytes += (piece as Buffer).byteLength
        if (bytes > mostDiscarded) break
      }
    } catch {
      answer.destroy() // the answer's head was all that counted
    } finally {
      transfer.signal.removeEventListener('abort', timeUp)
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #begin({ path, method, headers, body }: HttpRequest): ClientRequest {
    const url = new URL(path, this.#server.url)
    const bytes = body?.reduce((sum, part) => sum + part.byteLength, 0)
    const length =
      bytes === undefined ? {} : { 'Content-Length': String(bytes), 'Content-Type': 'application/octet-stream' }
    const options = { method, agent: this.#agent, headers: { ...this.#headers, ...length, ...headers } }
    return url.protocol === 'https:' ? tlsRequest(url, options) : plainRequest(url, options)
  }
}

/** Sends the body and waits for the answer's head; an answer that comes before the body is sent ends the sending. */
async function answered(
  outgoing: ClientRequest,
  body: readonly Uint8Array[],
  transfer: Transfer,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  promise.catch(() => undefined) // the catch below may have ended the request for another reason
  const giveUp = (): void => reject(transfer.signal.reason)
  outgoing.setNoDelay(true)
  outgoing.on('error', reject)
  outgoing.on('response', answer => {
    answer.on('error', () => undefined) // whoever reads the body sees it; nobody may
    if (!outgoing.writableEnded) answer.on('end', () => outgoing.destroy())
    resolve(answer)
  })
  transfer.signal.addEventListener('abort', giveUp, { once: true })
  try {
    send(outgoing, body, transfer).catch(reject)
    const answer = await promise
    transfer.alive()
    return answer
  } catch (error) {
    outgoing.destroy()
    throw error
  } finally {
    transfer.signal.removeEventListener('abort', giveUp)
  }
}

async function send(outgoing: ClientRequest, body: readonly Uint8Array[], transfer: Transfer): Promise<void> {
  let answeredEarly = false
  outgoing.once('response', () => {
    answeredEarly = true
  })
  for await (const slice of transfer.paced(body)) {
    if (outgoing.destroyed || answeredEarly) return
    if (!outgoing.write(slice)) await drained(outgoing)
  }
  outgoing.end()
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'response']) outgoing.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'close', 'response']) outgoing.on(event, done)
  })
}

function failureOf(asked: Asked, transfer: Transfer, error: unknown): unknown {
  if (transfer.signal.aborted) return transfer.signal.reason
  return error instanceof BlackstartError ? error : connectionFailure(asked, error)
}
