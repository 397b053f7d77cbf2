import { hash } from 'node:crypto'

/** SHA-256 in lower-case hexadecimal. */
export function hashOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex')
}
