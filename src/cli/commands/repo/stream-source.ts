import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { addAbortSignal } from 'node:stream'
import type { Command } from 'commander'
import type { StreamSource } from '../../../engine/backup/backup-stream.ts'
import { BlackstartError, reasonOf, systemCode } from '../../../errors.ts'

export interface StreamOptions {
  readonly stdin?: boolean
  readonly stdinFilename: string
  readonly stdinFromCommand?: boolean
}

export function addStreamOptions(command: Command): Command {
  return command
    .option('--stdin', 'back up what comes from standard input, as one file')
    .option('--stdin-filename <name>', 'what that file is called', 'stdin')
    .option('--stdin-from-command', 'the same, from a program: -- PROGRAM ARGUMENTS, whose failure leaves no snapshot')
}

/** Null where files are to be backed up. Throws `usage`. */
export function streamSource(words: StreamOptions, given: readonly string[], signal: AbortSignal): StreamSource | null {
  const { stdin, stdinFromCommand, stdinFilename: name } = words
  if (stdinFromCommand) {
    const [program, ...rest] = given
    if (program === undefined) throw new BlackstartError('usage', 'Which program? Name it behind --.')
    return { name, content: outputOf(program, rest, signal) }
  }
  if (!stdin) return null
  if (given.length > 0) throw new BlackstartError('usage', 'Give --stdin or paths, not both.')
  return { name, content: standardInput(signal) }
}

async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* addAbortSignal(signal, process.stdin) as AsyncIterable<Uint8Array>
  } catch (error) {
    signal.throwIfAborted()
    throw cutOff(`Standard input broke off: ${reasonOf(error)}.`, error)
  }
}

/** Its standard output; what it says beside goes to our standard error. Its arguments may be secret, and are in no message. */
async function* outputOf(program: string, words: readonly string[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'], signal })
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>
  ended.catch(() => undefined) // it is told below
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>
    const [code, killed] = await ended
    if (code === 0) return
    throw cutOff(`${path.basename(program)} ended with ${code ?? killed}.`, undefined)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof BlackstartError) throw error
    throw systemCode(error) === 'ENOENT'
      ? new BlackstartError('not-found', `There is no program ${program}. Nothing was backed up.`)
      : cutOff(`${path.basename(program)} could not be run: ${systemCode(error) ?? 'it cannot be read'}.`, undefined)
  } finally {
    child.kill()
  }
}

function cutOff(why: string, cause: unknown): BlackstartError {
  return new BlackstartError('truncated', `${why} No snapshot was written.`, { cause })
}
