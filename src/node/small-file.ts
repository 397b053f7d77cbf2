import { readFile, stat } from 'node:fs/promises'
import { BlackstartError } from '../errors.ts'

/** Bytes: more than all authorities take that a machine trusts. */
const largest = 1024 * 1024

/** A text that somebody names by its path: certificates. Throws what the system throws; `usage` for what is no file, or a large one. */
export async function readSmallFile(file: string): Promise<string> {
  const found = await stat(file)
  // a named pipe would be waited for without end, and a device has none
  if (!found.isFile()) throw new BlackstartError('usage', 'it is not a file')
  if (found.size > largest) throw new BlackstartError('usage', 'it is larger than such a file can be')
  return await readFile(file, 'utf8')
}
