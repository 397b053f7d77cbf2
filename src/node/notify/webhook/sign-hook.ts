import { createHmac } from 'node:crypto'

// The scheme of Standard Webhooks (standardwebhooks.com, version 1), for which receivers find libraries.

/**
 * The headers that prove who sent a body, and when: HMAC-SHA256 over `id.timestamp.body`. `whsec_` before a secret says
 * that its bytes are in base64; any other is taken as it is.
 */
export function signHook(id: string, time: Date, body: string, secret: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(time.getTime() / 1000))
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
