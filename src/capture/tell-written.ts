import { BlackstartError } from '../errors.ts'
import type { Entry } from './connector.ts'

/**
 * Runs a restore; where it fails after it has written whole files, the error says so, for the device then holds files of
 * two versions.
 */
export async function tellWritten(
  entries: AsyncIterable<Entry>,
  restore: (entries: AsyncIterable<Entry>) => Promise<void>,
): Promise<void> {
  let written = 0
  async function* counted(): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      yield entry
      if (entry.type === 'file') written += 1
    }
  }
  try {
    await restore(counted())
  } catch (error) {
    if (!(error instanceof BlackstartError) || written === 0 || error.code === 'unsupported') throw error
    const files = written === 1 ? 'One file was' : `${written} files were`
    throw new BlackstartError(
      error.code,
      `${error.message} ${files} written before that, so it holds files of two versions now: restore again, or bring back what it held before.`,
      { facts: { ...error.facts, written }, retry: error.retry, cause: error.cause },
    )
  }
}
