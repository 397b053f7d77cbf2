import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** 256 bits, as they go into a cookie. */
export function newSessionToken(random: (n: number) => Uint8Array): string {
  return Buffer.from(random(32)).toString('base64url')
}

/** What is stored in place of a token of many random bits: whoever reads it cannot sign in with it. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** What a page must send with every change: it follows from the session's token, and the token does not follow from it. */
export function csrfOf(token: string): string {
  return createHmac('sha256', token).update('blackstart csrf 1').digest('base64url')
}

/** Whether a page's word belongs to the session; takes the same time wherever it differs. */
export function isCsrfOf(token: string, word: string): boolean {
  const right = Buffer.from(csrfOf(token))
  const given = Buffer.from(word)
  return right.length === given.length && timingSafeEqual(right, given)
}
