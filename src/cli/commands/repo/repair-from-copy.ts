import type { Command } from 'commander'
import { type HealReport, repairFromCopy } from '../../../engine/repair/repair-from-copy.ts'
import { layoutPath } from '../../../storage/layout.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { act, type Invocation } from '../../invocation.ts'
import { plural } from '../../words.ts'
import { type EngineOptions, longWaitOf, openBackend, waitOf } from './engine-options.ts'
import { plainLines } from './plain-text.ts'
import { readRepositoryPassword } from './repository-password.ts'
import { addSourceOptions, openSource, type SourceOptions } from './source-options.ts'

interface FromCopyOptions extends EngineOptions, SourceOptions {
  readonly bringBackSnapshots?: boolean
  readonly bringBackKeys?: boolean
  readonly keepIn?: string
}

export function defineRepairFromCopy(command: Command): void {
  addSourceOptions(command)
    .option('--bring-back-snapshots', 'also those that the copy has and this one lacks, removed on purpose or lost')
    .option('--bring-back-keys', 'the same for keys: their passwords open the repository again')
    .option('--keep-in <dir>', 'a folder for the damaged files before they are replaced')
    .action(act<[FromCopyOptions]>(heal))
}

/** What is damaged may be what it takes to open the repository: the engine opens it. */
async function heal(invocation: Invocation, options: FromCopyOptions): Promise<ExitCode> {
  const { out, signal } = invocation
  const { bringBackSnapshots = false, bringBackKeys = false, keepIn } = options
  await using copy = await openSource(invocation, options, { samePassword: true })
  await using backend = await openBackend(invocation, options)
  const password = await readRepositoryPassword(options, process.env, signal)
  const report = await repairFromCopy(
    { backend, password, open: waitOf(invocation, options) },
    copy.repository,
    {
      bringBack: { snapshots: bringBackSnapshots, keys: bringBackKeys },
      ...(keepIn === undefined ? {} : { keepIn }),
      ...longWaitOf(invocation, options),
      onProgress: ({ stage, done, total }) => out.live(`${stage}: ${done} of ${total}`),
    },
    signal,
  )
  out.result(report, reportText(report))
  return report.problems.length === 0 ? exitCodes.done : exitCodes.integrity
}

function reportText({ healed, absent, problems }: HealReport): string {
  return [
    ...healed.map(({ file, how }) => `${file}: ${how}`),
    ...absent.map(({ kind, name }) => `${layoutPath(kind, name)}: in the copy only, and left there`),
    ...problems.map(({ message }) => `still damaged: ${plainLines(message)}`),
    ...snapshotHint(absent, problems),
    healed.length === 0 ? 'nothing was damaged that the copy could heal' : `healed ${plural(healed.length, 'file')}`,
  ].join('\n')
}

/** A copy with other keys does not always tell which of its snapshots a damaged one was. */
function snapshotHint(absent: HealReport['absent'], problems: HealReport['problems']): string[] {
  if (!problems.some(({ kind }) => kind === 'snapshot')) return []
  const others = absent.filter(({ kind }) => kind === 'snapshot').length
  const bring = `${plural(others, 'snapshot')} of the copy may be what is damaged here: snapshots --repo COPY shows them, --bring-back-snapshots brings them back. `
  return [`${others === 0 ? '' : bring}To remove damaged snapshots for good: blackstart repo repair snapshots --forget`]
}
