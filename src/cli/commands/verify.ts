import type { Command } from 'commander'
import { openJournal } from '../../archive/journal.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { type ArchiveReport, type JournalReport, verifyArchive, verifyJournal } from '../../archive/verify-archive.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { openSiteArchive } from '../site-context.ts'
import { bytesText, plural } from '../words.ts'

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .option('--read-data', 'read every byte of the repository, not only its structure')
    .description('verify the repository, the versions in it, and the journal')
    .action(act<[{ readonly readData?: boolean }]>(verify))
  const journal = program.command('journal').description('the record of what people and the node did')
  journal.command('verify').description("verify the journal's hash chain").action(act(verifyJournalOnly))
}

async function verify(invocation: Invocation, options: { readonly readData?: boolean }): Promise<ExitCode> {
  await using archive = await openSiteArchive(invocation)
  const report = await verifyArchive(
    archive,
    {
      readData: options.readData === true,
      onProgress: ({ stage, done, total }) => invocation.out.live(`verifying ${stage}: ${done} of ${total}`),
    },
    invocation.signal,
  )
  invocation.out.result(report, text(report, options.readData === true))
  return report.sound ? exitCodes.done : exitCodes.integrity
}

function text({ repository, versions, journal, sound }: ArchiveReport, readData: boolean): string {
  const { problems, unreferencedPacks, snapshots, packs, bytesRead } = repository
  const read = readData
    ? `, ${bytesText(bytesRead)} read and verified`
    : ', structure only (--read-data reads every byte)'
  return [
    ...problems.map(({ file, message }) => `DAMAGED  ${file}: ${message}`),
    ...versions.lost.map(({ item, version }) => `LOST     ${item}@${version} is not in the repository any more`),
    `repository  ${plural(snapshots, 'snapshot')}, ${plural(packs, 'pack')}${read}`,
    ...(unreferencedPacks.length === 0
      ? []
      : [`            ${plural(unreferencedPacks.length, 'pack')} left by interrupted runs: harmless`]),
    ...(versions.found === 0 ? [] : [`            ${plural(versions.found, 'version')} taken into the record again`]),
    journalText(journal),
    sound ? 'Everything is sound.' : 'NOT SOUND: see above.',
  ].join('\n')
}

function journalText({ lines, problem }: JournalReport): string {
  return problem === null ? `journal     ${plural(lines, 'line')}, unbroken` : `journal     BROKEN  ${problem}`
}

/** Needs neither the catalog nor the repository, so that it works when both are gone. */
async function verifyJournalOnly({ folder, out, actor, now }: Invocation): Promise<ExitCode> {
  const paths = sitePaths(folder)
  const journal = openJournal({ file: paths.journal, actor, locks: paths.run, now })
  const report = await verifyJournal(journal)
  out.result(report, journalText(report))
  return report.problem === null ? exitCodes.done : exitCodes.integrity
}
