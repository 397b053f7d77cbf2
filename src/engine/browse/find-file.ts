import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind } from '../../storage/backend.ts'

const fullName = /^[0-9a-f]{64}$/

/** The name of the one file that a word begins. Throws `not-found`, or `usage` where it begins several. */
export async function findFile(
  backend: Backend,
  kind: Exclude<FileKind, 'config'>,
  word: string,
  signal: AbortSignal,
): Promise<string> {
  if (fullName.test(word) && (await backend.stat(kind, word, signal)) !== null) return word
  const found: string[] = []
  if (/^[0-9a-f]+$/.test(word)) {
    for await (const { name } of backend.list(kind, signal)) if (name.startsWith(word)) found.push(name)
  }
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  const facts = { kind, word }
  throw first === undefined
    ? new BlackstartError('not-found', `${backend.location}: there is no ${kind} "${word}".`, { facts })
    : new BlackstartError('usage', `"${word}" begins ${found.length} ${kind} ids: write more of it.`, { facts })
}
