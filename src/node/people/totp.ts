import { createHmac, timingSafeEqual } from 'node:crypto'

/** Time-based one-time passwords (RFC 6238) as every authenticator app makes them: HMAC-SHA-1, 6 digits, 30 seconds. */

/** Seconds. */
const stepLength = 30
/** Bytes of a seed: as many as the hash has (RFC 4226, section 4, R6). */
export const seedBytes = 20

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base 32, without padding: how apps take a seed that is typed. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map(five => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / stepLength)
}

/** The code of a step, RFC 4226, section 5.3. */
export function codeAt(seed: Uint8Array, step: number, digits = 6): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', seed).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step to which a code belongs: the present one, the one before or the one after; null for none. */
export function stepOfCode(seed: Uint8Array, code: string, now: Date): number | null {
  const typed = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(typed)) return null
  const present = stepAt(now)
  let found: number | null = null
  for (const step of [present, present - 1, present + 1]) {
    if (timingSafeEqual(Buffer.from(codeAt(seed, step)), Buffer.from(typed))) found ??= step
  }
  return found
}

/** What an authenticator app reads from a QR code. */
export function totpAddress(seed: Uint8Array, issuer: string, name: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`
  const secret = `secret=${base32(seed)}&issuer=${encodeURIComponent(issuer)}`
  return `otpauth://totp/${label}?${secret}&algorithm=SHA1&digits=6&period=${stepLength}`
}
