import os from 'node:os'
import path from 'node:path'
import type { Command } from 'commander'
import { BlackstartError, reasonOf } from '../errors.ts'
import type { SiteAccess } from '../node/load-site.ts'
import { plainLines } from './commands/repo/plain-text.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts'
import { type Output, output } from './output.ts'
import { systemRefusal } from './system-refusal.ts'

/** What every command gets. */
export interface Invocation {
  /** The site folder. */
  readonly folder: string
  readonly out: Output
  readonly now: () => Date
  readonly actor: string
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal
  /** Tells once that site.yaml has errors, and what is worked with instead. */
  readonly onOutdated: (sentence: string) => void
}

/** For what goes to devices: not by a site file that somebody has changed since. */
export function withSiteOfNow(invocation: Invocation): SiteAccess {
  return { ...invocation, onOutdated: undefined }
}

export type Action<Arguments extends unknown[]> = (
  invocation: Invocation,
  ...args: Arguments
) => Promise<ExitCode | undefined>

interface GlobalOptions {
  readonly site?: string
  readonly json?: boolean
}

/** Turns a command's action into commander's: opens the invocation, and turns what is thrown into words and an exit code. */
export function act<Arguments extends unknown[]>(action: Action<Arguments>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command
    const options = command.optsWithGlobals<GlobalOptions>()
    const out = escaping(output(options.json === true))
    const stop = new AbortController()
    const interrupt = () => {
      if (stop.signal.aborted) process.exit(exitCodes.interrupted)
      out.line('Stopping; what was read whole is kept. Press Ctrl-C again to stop at once.')
      stop.abort()
    }
    process.on('SIGINT', interrupt)
    process.on('SIGTERM', interrupt)
    const folder = path.resolve(options.site ?? process.env.BLACKSTART_SITE ?? '.')
    const invocation = {
      folder,
      out,
      now: () => new Date(),
      actor: actorName(),
      signal: stop.signal,
      onOutdated: tellOnce(out),
    }
    try {
      process.exitCode = (await action(invocation, ...(args.slice(0, -1) as Arguments))) ?? exitCodes.done
    } catch (error) {
      process.exitCode = stop.signal.aborted ? exitCodes.interrupted : exitCodeOf(error)
      tell(out, error, stop.signal.aborted)
    } finally {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
    }
  }
}

/** Messages hold names that come from devices: nothing in them acts on the terminal. */
function escaping(out: Output): Output {
  const live: Output['live'] = text => out.live(() => plainLines(typeof text === 'string' ? text : text()))
  return { ...out, live, line: text => out.line(plainLines(text)) }
}

function tellOnce({ line }: Output): (sentence: string) => void {
  const told = new Set<string>()
  return sentence => {
    if (!told.has(sentence)) line(sentence)
    told.add(sentence)
  }
}

function actorName(): string {
  try {
    return `${os.userInfo().username}@${os.hostname()}`
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}@${os.hostname()}` // a uid without an entry in the user database
  }
}

/** With --json an error is the one document; for people it is a sentence. A stack is shown only for our own mistakes. */
function tell(out: Output, error: unknown, aborted: boolean): void {
  const known = error instanceof BlackstartError ? error : systemRefusal(error)
  const code = aborted ? 'interrupted' : (known?.code ?? 'internal')
  const message = aborted && known === null ? 'Interrupted.' : reasonOf(known ?? error)
  if (out.json) out.result({ error: { code, message } }, '')
  out.line(
    known !== null || aborted
      ? message
      : `Unexpected error, please report it: ${error instanceof Error ? error.stack : message}`,
  )
}
