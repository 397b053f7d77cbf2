import type { ApiError } from '../../src/api/schema/error.ts'
import { followNodeClock } from '../components/now.ts'
import { suspectLink } from '../live/live-state.ts'

type Told = ApiError['error']

/** What the node answered, where it did not do what was asked. `cut-off`: it did not answer. */
export class RequestError extends Error {
  readonly code: string
  readonly status: number
  readonly told: Told | null

  constructor(code: string, message: string, status: number, told: Told | null = null) {
    super(message)
    this.name = 'RequestError'
    this.code = code
    this.status = status
    this.told = told
  }
}

interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly ifMatch?: string
  readonly signal?: AbortSignal | undefined
}

let csrf: string | null = null
let prove: (() => Promise<void>) | null = null

/** How a person proves again who they are, before what is asked is asked once more; null where nobody can be asked. */
export function proveWith(ask: (() => Promise<void>) | null): void {
  prove = ask
}

/** Of the session; goes with every write. */
export function sendCsrf(value: string | null): void {
  csrf = value
}

/** Asks the node, and the person for another proof where the node wants one. Throws `RequestError`, or the signal's reason. */
export async function request<Answer>(path: string, ask: Ask = {}): Promise<Answer> {
  try {
    return await send<Answer>(path, ask)
  } catch (error) {
    if (prove === null || !(error instanceof RequestError) || error.code !== 'proof-needed') throw error
    await prove()
    return await send<Answer>(path, ask)
  }
}

/** A file of the node, as text. Throws as `request` does. */
export async function requestText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await sent(path, { signal })
  return await response.text()
}

async function send<Answer>(path: string, ask: Ask): Promise<Answer> {
  const response = await sent(path, ask)
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

/** What was answered with a status of success. */
async function sent(path: string, ask: Ask): Promise<Response> {
  const { method = 'GET', body, ifMatch, signal } = ask
  const headers = new Headers({ accept: 'application/json' })
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (method !== 'GET' && csrf !== null) headers.set('x-csrf-token', csrf)
  if (ifMatch !== undefined) headers.set('if-match', ifMatch)
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (body !== undefined) init.body = JSON.stringify(body)
  if (signal !== undefined) init.signal = signal
  const response = await fetch(path, init).catch((error: unknown) => {
    if (signal?.aborted) throw error
    suspectLink()
    throw new RequestError('cut-off', 'The node does not answer.', 0)
  })
  followNodeClock(response.headers.get('date'))
  if (response.ok) return response
  throw await refusal(response)
}

async function refusal(response: Response): Promise<RequestError> {
  const body = (await response.json().catch(() => null)) as ApiError | null
  const told = body?.error ?? null
  const code = told?.code ?? `http-${response.status}`
  return new RequestError(code, told?.message ?? `${response.status} ${response.statusText}`, response.status, told)
}
