import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { decodeBytes } from '../../../engine/tree/byte-string.ts'
import { BlackstartError, plainReason, systemCode } from '../../../errors.ts'

/** A file with a list; - is standard input. Throws `not-found`, or `storage`. */
export async function readList(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file)
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT'
    const sentence = missing ? `There is no file ${file}.` : `${file} cannot be read: ${plainReason(error)}.`
    throw new BlackstartError(missing ? 'not-found' : 'storage', sentence, { cause: error })
  }
}

/** UTF-8, or what a byte order mark says. Other bytes are kept: see byte-string.ts. */
export function linesOf(content: Buffer): string[] {
  return textOf(content).split(/\r?\n/)
}

function textOf(content: Buffer): string {
  const [first = 0, second = 0] = content
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(content)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(content)
  const marked = content.subarray(0, 3).equals(Buffer.from('\ufeff'))
  return decodeBytes(marked ? content.subarray(3) : content)
}
