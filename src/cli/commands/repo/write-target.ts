import { open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, reasonOf, systemCode } from '../../../errors.ts'

/**
 * Writes a file, readable by its owner only; it appears, or takes the place of the one that is there, once it is whole and safe.
 * What is no plain file, as a tape or a pipe, is written to as it is. Returns the bytes. Throws `storage`, `disk-full`, or what
 * the content throws.
 */
export async function writeTarget(
  target: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const place = path.resolve(target)
  if (await isSpecial(place)) return await written(place, content, signal)
  const temporary = path.join(path.dirname(place), `.${path.basename(place)}.${process.pid}.tmp`)
  try {
    const bytes = await written(temporary, content, signal)
    await rename(temporary, place)
    return bytes
  } catch (error) {
    await rm(temporary, { force: true })
    throw refined(target, error)
  }
}

async function isSpecial(place: string): Promise<boolean> {
  try {
    const found = await stat(place)
    return !found.isFile() && !found.isDirectory()
  } catch {
    return false // missing, or in a folder that is: writing tells
  }
}

async function written(place: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> {
  await using file = await open(place, 'w', 0o600)
  let bytes = 0
  for await (const piece of content) {
    signal.throwIfAborted()
    await file.writeFile(piece)
    bytes += piece.byteLength
  }
  if ((await file.stat()).isFile()) await file.sync()
  return bytes
}

function refined(target: string, error: unknown): unknown {
  const system = systemCode(error)
  if (error instanceof BlackstartError || system === null || (error as Error).name === 'AbortError') return error
  const code = system === 'ENOSPC' || system === 'EDQUOT' ? 'disk-full' : 'storage'
  return new BlackstartError(code, `${target} could not be written: ${reasonOf(error)}.`, {
    facts: { target, system },
    cause: error,
  })
}
