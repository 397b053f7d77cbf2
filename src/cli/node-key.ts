import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder, writeDurably } from '../secrets/write-durably.ts'

/**
 * What a random password's key costs to open. Stretching defends passwords that can be guessed; nobody guesses 140 bits
 * and more, so it would only slow down every command, by half a second.
 */
export const randomKeyCost = { N: 1024, r: 8, p: 1 } as const

/** A password for the node itself: 256 random bits. */
export function newNodePassword(): string {
  return randomBytes(32).toString('base64url')
}

/** Writes the node's password where only its owner reads it; durable when the promise resolves. */
export async function writeNodeKey(file: string, password: string): Promise<void> {
  const folder = path.dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeDurably(file, `${password}\n`)
  for (const above of [path.dirname(folder), path.dirname(path.dirname(folder))]) await syncFolder(above)
}
