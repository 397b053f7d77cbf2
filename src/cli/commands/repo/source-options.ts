import type { Command } from 'commander'
import { BlackstartError } from '../../../errors.ts'
import type { Invocation } from '../../invocation.ts'
import { type EngineOptions, type OpenedRepository, openEngine } from './engine-options.ts'
import { grouped } from './option-groups.ts'

/** A second repository; restic's words. */
export interface SourceOptions {
  readonly fromRepo?: string
  readonly fromRepositoryFile?: string
  readonly fromPasswordFile?: string
  readonly fromPasswordCommand?: string
}

export function addSourceOptions(command: Command): Command {
  return grouped(command, 'The repository that is read:', group =>
    group
      .option('--from-repo <location>', 'where it is; else $RESTIC_FROM_REPOSITORY')
      .option('--from-repository-file <file>', 'a file with its location; else $RESTIC_FROM_REPOSITORY_FILE')
      .option('--from-password-file <file>', 'a file with its password; else $RESTIC_FROM_PASSWORD_FILE')
      .option('--from-password-command <command>', 'a command that prints it; else $RESTIC_FROM_PASSWORD_COMMAND'),
  )
}

/**
 * Opens it: reached as the other one, but at its own place and with its own password; with `samePassword`, that of the other one
 * where none is given. Throws `usage` where nothing says where it is.
 */
export async function openSource(
  invocation: Invocation,
  options: EngineOptions & SourceOptions,
  { samePassword }: { readonly samePassword: boolean },
): Promise<OpenedRepository> {
  const { repo: _, repositoryFile: __, passwordFile, passwordCommand, ...reached } = options
  const { fromRepo, fromRepositoryFile, fromPasswordFile, fromPasswordCommand } = options
  const environment = sourceEnvironment()
  if (!(fromRepo ?? fromRepositoryFile ?? environment.RESTIC_REPOSITORY ?? environment.RESTIC_REPOSITORY_FILE)) {
    throw new BlackstartError('usage', 'From which repository? Give --from-repo, or set RESTIC_FROM_REPOSITORY.')
  }
  const given =
    fromPasswordFile ?? fromPasswordCommand ?? passwordVariables.map(name => environment[name]).find(Boolean)
  const alike = samePassword && given === undefined
  const words = {
    ...{ repo: fromRepo, repositoryFile: fromRepositoryFile },
    passwordFile: alike ? passwordFile : fromPasswordFile,
    passwordCommand: alike ? passwordCommand : fromPasswordCommand,
  }
  const defined = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
  const passwords = alike ? Object.fromEntries(passwordVariables.map(name => [name, process.env[name]])) : {}
  return await openEngine(invocation, { ...reached, ...defined }, { environment: { ...environment, ...passwords } })
}

const passwordVariables = ['RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD_COMMAND'] as const

/** `RESTIC_FROM_PASSWORD` as `RESTIC_PASSWORD`, and so on. */
function sourceEnvironment(): Readonly<Record<string, string | undefined>> {
  const names = ['RESTIC_REPOSITORY', 'RESTIC_REPOSITORY_FILE', ...passwordVariables]
  const own = names.map(name => [name, process.env[name.replace('RESTIC_', 'RESTIC_FROM_')]] as const)
  return { ...process.env, ...Object.fromEntries(own) }
}
