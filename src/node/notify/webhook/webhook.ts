import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connectionTo } from '../../connection-to.ts'
import { programName } from '../../program-name.ts'
import type { Channel, ChannelTarget, Outgoing } from '../channel.ts'
import { refusal, unreachable } from '../channel-failure.ts'
import { tlsSettings } from '../tls-settings.ts'
import { signHook } from './sign-hook.ts'
import { type WebhookOptions, webhookOptions } from './webhook-options.ts'

/** Milliseconds for a whole request. */
const patience = 30_000

/** Another system: JSON by POST, signed. */
export const webhook: Channel<WebhookOptions> = {
  kind: 'webhook',
  options: webhookOptions,
  most: 100,
  gathers: true,
  connection: ({ url }) => connectionTo(url),
  async send(target, message, signal) {
    const secret = target.secret(target.options.secret)
    const place = `the receiver ${new URL(target.options.url).origin}`
    try {
      const status = await post(target, message, secret, AbortSignal.any([signal, AbortSignal.timeout(patience)]))
      if (status < 200 || status > 299) throw answered(target, place, status)
    } catch (error) {
      signal.throwIfAborted()
      throw unreachable(target.id, place, error, [secret])
    }
    return null
  },
}

/** The status that the receiver answers with; what else it says is not read. */
async function post(
  target: ChannelTarget<WebhookOptions>,
  message: Outgoing,
  secret: string,
  signal: AbortSignal,
): Promise<number> {
  const { url } = target.options
  const body = hookBody(target, message)
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'user-agent': programName.replace(' ', '/'),
    'idempotency-key': message.id,
    ...signHook(message.id, message.time, body, secret),
  }
  const options = { method: 'POST', headers, signal, agent: false } as const
  const request: ClientRequest = url.startsWith('https:')
    ? httpsRequest(url, { ...options, ...(await tlsSettings(target)) })
    : httpRequest(url, options)
  // told by `once`; what comes after the answer tells nothing
  request.on('error', () => undefined)
  request.end(body)
  try {
    const [response]: IncomingMessage[] = await once(request, 'response')
    return response?.statusCode ?? 0
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    request.destroy()
  }
}

function hookBody({ site }: ChannelTarget<WebhookOptions>, { id, digest, notices }: Outgoing): string {
  return JSON.stringify({ id, site: site.name, digest, notices })
}

/** What makes a receiver refuse this one message, however often it comes. */
const refusing: readonly number[] = [400, 413, 415, 422]

function answered({ id, options }: ChannelTarget<WebhookOptions>, place: string, status: number) {
  if (status >= 300 && status < 400) {
    return refusal(
      id,
      'protocol',
      `${place} answered with a redirect (${status}), which is not followed. Correct options.url.`,
    )
  }
  if (status === 401 || status === 403) {
    const remedy = `Check the secret on both sides: blackstart secrets set ${options.secret}`
    return refusal(id, 'login-refused', `${place} refused the message's signature (${status}). ${remedy}`)
  }
  if (refusing.includes(status)) return refusal(id, 'refused', `${place} refused the message (${status}).`)
  return refusal(id, 'protocol', `${place} answered ${status}. Look into its log.`)
}
