import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { BlackstartError } from '../../src/errors.ts'

const program = path.resolve(import.meta.dirname, '..', '..', 'bin', 'blackstart')

/**
 * Starts `bin/blackstart --site FOLDER …`, saying what it says, in a process group of its own: Ctrl-C reaches us, and we
 * pass it on once.
 */
export function spawnBlackstart(folder: string, words: readonly string[]): ChildProcess {
  return spawn(program, ['--site', folder, ...words], { stdio: ['ignore', 'inherit', 'inherit'], detached: true })
}

/** Runs it to its end in silence; `input` goes to its standard input. Throws `internal` with what it said when it fails. */
export async function runBlackstart(
  folder: string,
  words: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const child = spawn(program, ['--site', folder, ...words], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const stop = () => child.kill('SIGINT')
  signal.addEventListener('abort', stop)
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => said.push(part))
  child.stdin.on('error', () => said.push(Buffer.from('(it did not read its input)')))
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
  if (code === 0) return
  throw new BlackstartError(
    'internal',
    `blackstart ${words.join(' ')} failed: ${Buffer.concat(said).toString().trim()}`,
  )
}
