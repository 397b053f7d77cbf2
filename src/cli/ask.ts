import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { BlackstartError } from '../errors.ts'

/** Asks on the terminal; `hidden` shows nothing of what is typed. Throws `interrupted` at Ctrl-C and at the end of the input. */
export async function ask(
  question: string,
  options: { readonly hidden: boolean },
  signal: AbortSignal,
): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = options.hidden ? silent : process.stderr
  if (options.hidden) process.stderr.write(question)
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  const stop = new AbortController()
  const end = () => stop.abort()
  terminal.once('close', end)
  try {
    return await terminal.question(options.hidden ? '' : question, { signal: AbortSignal.any([signal, stop.signal]) })
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error
    throw new BlackstartError('interrupted', 'Interrupted: nothing was done.', { cause: error })
  } finally {
    terminal.off('close', end)
    terminal.close()
    if (options.hidden || stop.signal.aborted || signal.aborted) process.stderr.write('\n')
  }
}
