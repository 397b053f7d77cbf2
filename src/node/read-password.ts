import { readFile } from 'node:fs/promises'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'

/** The password in a file, without its end of line; `remedy` says what to do where there is none. */
export async function readPassword(file: string, remedy = ''): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    throw new BlackstartError(
      'not-found',
      systemCode(error) === 'ENOENT'
        ? `The password file ${file} is missing.${remedy}`
        : `The password file ${file} cannot be read: ${reasonOf(error)}.`,
      { cause: error },
    )
  }
}
