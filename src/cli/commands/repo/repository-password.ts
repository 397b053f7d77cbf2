import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { BlackstartError, reasonOf } from '../../../errors.ts'
import { readPassword } from '../../../node/read-password.ts'
import { ask } from '../../ask.ts'

/** Where a password comes from; restic's words. Never the password itself: command lines can be seen by everybody. */
export interface PasswordOptions {
  readonly passwordFile?: string
  readonly passwordCommand?: string
}

export function addPasswordOptions(command: Command): Command {
  return command
    .option('-p, --password-file <file>', 'a file with the password; else $RESTIC_PASSWORD_FILE or $RESTIC_PASSWORD')
    .option('--password-command <command>', 'a command that prints it; else $RESTIC_PASSWORD_COMMAND')
}

type Environment = Readonly<Record<string, string | undefined>>

/** From the options, else restic's variables, else the terminal. Throws `usage` where nobody can be asked. */
export async function readRepositoryPassword(
  { passwordFile, passwordCommand }: PasswordOptions,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  if (passwordFile !== undefined && passwordCommand !== undefined) {
    throw new BlackstartError('usage', 'Give --password-file or --password-command, not both.')
  }
  const named = passwordFile !== undefined || passwordCommand !== undefined
  const file = passwordFile ?? (named ? undefined : environment.RESTIC_PASSWORD_FILE)
  if (file) return await readPassword(file)
  const command = passwordCommand ?? environment.RESTIC_PASSWORD_COMMAND
  if (command) return await passwordOf(command, signal)
  if (environment.RESTIC_PASSWORD) return environment.RESTIC_PASSWORD
  return await askPassword('Password of the repository: ', signal)
}

/** A new password: from the file, or typed twice. */
export async function readNewPassword(file: string | undefined, signal: AbortSignal): Promise<string> {
  if (file !== undefined) return await readPassword(file)
  const password = await askPassword('New password: ', signal)
  if ((await askPassword('The same again: ', signal)) === password) return password
  throw new BlackstartError('usage', 'The two passwords are not the same. Nothing was changed.')
}

async function askPassword(question: string, signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY === true) return await ask(question, { hidden: true }, signal)
  throw new BlackstartError('usage', 'Which password? Give --password-file, or set RESTIC_PASSWORD_FILE.')
}

/** Its first line on standard output. What it says beside goes to our standard error. */
async function passwordOf(command: string, signal: AbortSignal): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', command], { signal })
    process.stderr.write(stderr)
    return stdout.split(/\r?\n/, 1)[0] ?? ''
  } catch (error) {
    if (signal.aborted) throw error
    const { code } = error as { code?: unknown }
    const why = typeof code === 'number' ? `ended with ${code}` : `could not be run: ${reasonOf(error)}`
    throw new BlackstartError('not-found', `The password command ${why}.`)
  }
}
