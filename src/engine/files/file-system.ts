import type { BigIntStats } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { compareBytes, decodeBytes, encodeBytes } from '../tree/byte-string.ts'

/** A path as `node:fs` takes it. Paths here are strings of byte-string.ts. */
export function systemPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : encodeBytes(path)
}

/** Names in a folder, in the order of a tree. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(systemPath(folder), { encoding: 'buffer' })
  return names.map(decodeBytes).sort(compareBytes)
}

export async function statOf(path: string): Promise<BigIntStats> {
  return await lstat(systemPath(path), { bigint: true })
}

export async function linkTarget(path: string): Promise<string> {
  return decodeBytes(await readlink(systemPath(path), { encoding: 'buffer' }))
}
