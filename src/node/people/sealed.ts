import { createCipheriv, createDecipheriv } from 'node:crypto'
import { z } from 'zod'

/** A value encrypted with AES-256-GCM; the name under which it is kept is bound to it, so that two cannot be swapped. */
export const sealedValue = z.strictObject({ nonce: z.base64(), sealed: z.base64() })

export type SealedValue = z.infer<typeof sealedValue>

/** `key` is 32 bytes. */
export function seal(key: Uint8Array, name: string, value: string, random: (n: number) => Uint8Array): SealedValue {
  const nonce = random(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { nonce: Buffer.from(nonce).toString('base64'), sealed: sealed.toString('base64') }
}

/** Null where it was damaged, belongs to another name, or was sealed with another key. */
export function unseal(key: Uint8Array, name: string, value: SealedValue): string | null {
  const sealed = Buffer.from(value.sealed, 'base64')
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(value.nonce, 'base64'), { authTagLength: 16 })
      .setAAD(Buffer.from(name))
      .setAuthTag(sealed.subarray(-16))
    return Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
