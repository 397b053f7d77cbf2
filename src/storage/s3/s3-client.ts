import type { IncomingMessage } from 'node:http'
import type { S3Client as SdkClient } from '@aws-sdk/client-s3'
import { HttpClient, type HttpRequest } from '../http/http-client.ts'
import { RequestSlots } from '../request-slots.ts'
import type { StorageAccess } from '../storage-access.ts'
import { Transfer } from '../transfer.ts'
import { noKey, s3Failure } from './s3-failure.ts'
import type { S3Place } from './s3-place.ts'

type Sdk = typeof import('@aws-sdk/client-s3')

/** Requests at once, each on a connection that is kept. */
export const connections = 8

/** What the SDK hands through from `send` to our own way of sending. */
export interface SendOptions {
  readonly abortSignal: AbortSignal
  readonly transfer: Transfer
  /** `being read (data/ab/ab…)`. */
  readonly what: string
  /** The body; the SDK signs what its headers say of it, and never sees it. */
  readonly parts?: readonly Uint8Array[]
}

/** One request and its answer. */
export interface S3Call extends Disposable {
  readonly sdk: Sdk
  readonly client: SdkClient
  /** For the client's `send`. */
  readonly options: SendOptions
  /** The pieces of an answer's body, each paced. */
  body(answer: unknown): AsyncIterable<Uint8Array>
  /** What to throw for an error of this call. */
  failure(error: unknown): unknown
}

/** As the SDK gives a request that it has signed. */
interface SignedRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  /** Percent-encoded. */
  readonly path: string
  readonly query: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/**
 * The AWS SDK for what it knows: commands, signatures and answers. It is loaded on first use, as it is large; it tries
 * nothing again, reads neither environment nor files, and its requests go over connections of our own.
 */
export class S3Client implements Disposable {
  /** For errors. */
  readonly location: string
  readonly #place: S3Place
  readonly #access: StorageAccess
  readonly #http: HttpClient
  readonly #slots = new RequestSlots(connections)
  #loading: Promise<{ readonly sdk: Sdk; readonly client: SdkClient }> | null = null

  constructor(place: S3Place, access: StorageAccess) {
    this.location = place.location
    this.#place = place
    this.#access = access
    const url = place.endpoint ?? new URL('https://amazonaws.com')
    this.#http = new HttpClient({ url, login: null }, access.tls ?? {})
  }

  /** A call outside of the slots, for one that its caller may keep open. Dispose of it when its answer is read. */
  async begin(what: string, signal: AbortSignal): Promise<S3Call> {
    signal.throwIfAborted()
    this.#loading ??= this.#load()
    const loaded = await this.#loading
    const { location } = this
    const transfer = new Transfer(this.#access, location, what, signal)
    return {
      ...loaded,
      options: { abortSignal: transfer.signal, transfer, what },
      body: answer => this.#http.body({ location, what }, answer as IncomingMessage, transfer),
      failure: error =>
        transfer.signal.aborted ? transfer.signal.reason : s3Failure(location, what, error, Date.now()),
      [Symbol.dispose]: () => transfer[Symbol.dispose](),
    }
  }

  /** One call, in its slot, whose failure is thrown as an error of a backend where `use` has not turned it into a result. */
  async ask<Result>(what: string, signal: AbortSignal, use: (call: S3Call) => Promise<Result>): Promise<Result> {
    using _slot = await this.#slots.take(signal)
    using call = await this.begin(what, signal)
    try {
      return await use(call)
    } catch (error) {
      throw call.failure(error)
    }
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]()
  }

  async #load(): Promise<{ readonly sdk: Sdk; readonly client: SdkClient }> {
    const { endpoint, region, pathStyle } = this.#place
    const { accessKeyId, secretAccessKey, sessionToken } = this.#access.s3 ?? {}
    if (!accessKeyId || !secretAccessKey) throw noKey(this.location)
    const sdk = await import('@aws-sdk/client-s3')
    const client = new sdk.S3Client({
      ...(endpoint && { endpoint: endpoint.origin }),
      region,
      forcePathStyle: pathStyle,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_SUPPORTED',
      responseChecksumValidation: 'WHEN_REQUIRED', // what is read is verified by its name or its MAC
      expectContinueHeader: false,
      // A clock that is wrong is told, not worked around.
      disableClockSkewCorrection: true,
      requestHandler: { handle: (request: SignedRequest, options: SendOptions) => this.#send(request, options) },
      ...withoutFiles,
    })
    return { sdk, client }
  }

  async #send(signed: SignedRequest, { transfer, what, parts }: SendOptions) {
    const { method, headers, body } = signed
    const given = body === undefined ? undefined : [typeof body === 'string' ? Buffer.from(body) : body]
    const sent = parts ?? given
    const request: HttpRequest = {
      ...{ location: this.location, what, method, path: addressOf(signed), headers },
      ...(sent && { body: sent }),
    }
    const answer = await this.#http.ask(request, transfer)
    const { statusCode = 0, statusMessage: reason } = answer
    return { response: { statusCode, reason, headers: answer.headers, body: answer } }
  }
}

/** What the SDK would else look up in the environment and in `~/.aws`. */
const withoutFiles = {
  defaultsMode: 'standard',
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
  disableS3ExpressSessionAuth: true,
  userAgentAppId: '',
} as const

function addressOf({ protocol, hostname, port, path, query }: SignedRequest): string {
  const words = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map(each => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  )
  const authority = port === undefined ? hostname : `${hostname}:${port}`
  return `${protocol}//${authority}${path}${words.length === 0 ? '' : `?${words.join('&')}`}`
}
