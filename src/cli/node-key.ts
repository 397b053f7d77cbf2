import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * What a random password's key costs to open. Stretching defends passwords that can be guessed; nobody guesses 140 bits
 * and more, so it would only slow down every command, by half a second.
 */
export const randomKeyCost = { N: 1024, r: 8, p: 1 } as const

/** A password for the node itself: 256 random bits. */
export function newNodePassword(): string {
  return randomBytes(32).toString('base64url')
}

/** Writes the node's password where only its owner reads it. */
export async function writeNodeKey(file: string, password: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, `${password}\n`, { mode: 0o600 })
}
