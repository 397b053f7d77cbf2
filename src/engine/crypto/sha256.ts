import { hash } from 'node:crypto'

/** Lower-case hexadecimal SHA-256: the name of a file, the id of a blob. */
export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}
