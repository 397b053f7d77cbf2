import type { Command } from 'commander'
import { selectSnapshots } from '../../../engine/browse/find-snapshot.ts'
import { type CopyReport, copySnapshots } from '../../../engine/copy/copy-snapshots.ts'
import { BlackstartError } from '../../../errors.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { bytesText, plural } from '../../words.ts'
import { addEngineOptions, type EngineOptions, type OpenedRepository, openEngine, waitOf } from './engine-options.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { shortId } from './snapshot-json.ts'

interface CopyOptions extends EngineOptions, FilterOptions {
  readonly fromRepo?: string
  readonly fromRepositoryFile?: string
  readonly fromPasswordFile?: string
  readonly fromPasswordCommand?: string
}

export function defineCopy(command: Command): void {
  addFilterOptions(addEngineOptions(command.argument('[ids...]', 'only these; all by default')))
    .option('--from-repo <location>', 'the repository to copy from; else $RESTIC_FROM_REPOSITORY')
    .option('--from-repository-file <file>', 'a file with its location; else $RESTIC_FROM_REPOSITORY_FILE')
    .option('--from-password-file <file>', 'a file with its password; else $RESTIC_FROM_PASSWORD_FILE')
    .option('--from-password-command <command>', 'a command that prints it; else $RESTIC_FROM_PASSWORD_COMMAND')
    .action(act<[string[], CopyOptions]>(copy))
}

async function copy(invocation: Invocation, words: string[], options: CopyOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  await using from = await openSource(invocation, options)
  await using to = await openEngine(invocation, options)
  const selected = await selectSnapshots(from.repository, words, filterOf(options), signal)
  const report = await copySnapshots(
    from.repository,
    to.repository,
    {
      ...waitOf(invocation, options),
      snapshots: selected.map(({ id }) => id),
      onProgress: ({ done, total }) => out.live(`copying: ${done} of ${plural(total, 'snapshot')}`),
    },
    signal,
  )
  out.result(report, reportText(report))
  return report.failed.length === 0 ? exitCodes.done : exitCodes.integrity
}

/** The same way to reach it as the destination, but its own place and password. */
async function openSource(invocation: Invocation, options: CopyOptions): Promise<OpenedRepository> {
  const { fromRepo, fromRepositoryFile, fromPasswordFile, fromPasswordCommand } = options
  const { repo: _, repositoryFile: __, passwordFile: ___, passwordCommand: ____, ...reached } = options
  const { env } = process
  const environment = {
    ...env,
    RESTIC_REPOSITORY: env.RESTIC_FROM_REPOSITORY,
    RESTIC_REPOSITORY_FILE: env.RESTIC_FROM_REPOSITORY_FILE,
    RESTIC_PASSWORD: env.RESTIC_FROM_PASSWORD,
    RESTIC_PASSWORD_FILE: env.RESTIC_FROM_PASSWORD_FILE,
    RESTIC_PASSWORD_COMMAND: env.RESTIC_FROM_PASSWORD_COMMAND,
  }
  const named = fromRepo ?? fromRepositoryFile ?? environment.RESTIC_REPOSITORY ?? environment.RESTIC_REPOSITORY_FILE
  if (!named) throw new BlackstartError('usage', 'Copy from where? Give --from-repo, or set RESTIC_FROM_REPOSITORY.')
  return await openEngine(
    invocation,
    {
      ...reached,
      ...(fromRepo !== undefined && { repo: fromRepo }),
      ...(fromRepositoryFile !== undefined && { repositoryFile: fromRepositoryFile }),
      ...(fromPasswordFile !== undefined && { passwordFile: fromPasswordFile }),
      ...(fromPasswordCommand !== undefined && { passwordCommand: fromPasswordCommand }),
    },
    { environment },
  )
}

function reportText({ copied, skipped, failed, newBlobs, storedBytes }: CopyReport): string {
  return [
    ...copied.map(({ source, destination }) => `${shortId(source)} is ${shortId(destination)} there`),
    ...failed.map(({ source, problem }) => `${shortId(source)} was not copied: ${problem.message}`),
    `copied ${plural(copied.length, 'snapshot')}, ${skipped.length} were there already; added ${plural(newBlobs, 'blob')}, ${bytesText(storedBytes)}`,
  ].join('\n')
}
