import path from 'node:path'
import type { Command } from 'commander'
import type { Archive } from '../../archive/archive.ts'
import { openJournal } from '../../archive/journal.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { type ArchiveReport, type JournalReport, verifyArchive, verifyJournal } from '../../archive/verify-archive.ts'
import { type PlaceReport, verifyPlace } from '../../archive/verify-place.ts'
import type { CheckOptions, CheckReport } from '../../engine/check.ts'
import { openRepository } from '../../engine/repository.ts'
import type { Place, Site } from '../../site/site.ts'
import { storages } from '../../storage/all.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { openSiteArchive, readPassword } from '../site-context.ts'
import { bytesText, plural } from '../words.ts'

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .option('--read-data', 'read every byte of every copy, not only its structure')
    .description('verify the repository, the versions in it, the journal, and every other place that can be reached')
    .action(act<[{ readonly readData?: boolean }]>(verify))
  const journal = program.command('journal').description('the record of what people and the node did')
  journal.command('verify').description("verify the journal's hash chain").action(act(verifyJournalOnly))
}

async function verify(invocation: Invocation, options: { readonly readData?: boolean }): Promise<ExitCode> {
  const readData = options.readData === true
  await using archive = await openSiteArchive(invocation)
  const { place, ...report } = await verifyArchive(archive, checking(invocation, readData, null), invocation.signal)
  const places = [place, ...(await verifyOthers(invocation, archive, report.journal, readData))]
  const sound = report.sound && places.every(({ errors }) => errors === 0)
  invocation.out.result({ ...report, sound, places }, text({ ...report, sound, readData }, archive, places))
  return sound ? exitCodes.done : exitCodes.integrity
}

function checking({ out }: Invocation, readData: boolean, place: string | null): CheckOptions {
  const where = place === null ? '' : `${place}: `
  return {
    readData,
    onProgress: ({ stage, done, total }) => out.live(`verifying ${where}${stage}: ${done} of ${total}`),
  }
}

/** Nothing is looked at with a journal that is broken: what a place should hold is not known then. */
async function verifyOthers(
  invocation: Invocation,
  archive: Archive,
  journal: JournalReport,
  readData: boolean,
): Promise<readonly PlaceReport[]> {
  const others = archive.site.places.slice(1)
  if (others.length === 0 || journal.problem !== null) return []
  const { folder, signal } = invocation
  const password = await readPassword(process.env.BLACKSTART_PASSWORD_FILE ?? archive.paths.key)
  const open = ({ via, options }: Place) =>
    openRepository(storages[via](path.resolve(folder, options.path)), password, {}, signal)
  const reports: PlaceReport[] = []
  for (const place of others) {
    reports.push(await verifyPlace(archive, place, open, checking(invocation, readData, place.id), signal))
  }
  return reports
}

type Verified = Omit<ArchiveReport, 'place'> & { readonly readData: boolean }

function text(report: Verified, { site, repository: { backend } }: Archive, places: readonly PlaceReport[]): string {
  const { repository, versions, journal, sound, readData } = report
  const { problems, unreferencedPacks, snapshots, packs, bytesRead } = repository
  const read = readData
    ? `, ${bytesText(bytesRead)} read and verified`
    : ', structure only (--read-data reads every byte)'
  return [
    ...[...problems, ...places.flatMap(place => place.problems)].map(problemText),
    ...versions.lost.map(({ item, version }) => `LOST     ${item}@${version} is not in the repository any more`),
    `repository  ${plural(snapshots, 'snapshot')}, ${plural(packs, 'pack')}${read}`,
    ...(unreferencedPacks.length === 0
      ? []
      : [`            ${plural(unreferencedPacks.length, 'pack')} left by interrupted runs: harmless`]),
    ...(versions.found === 0 ? [] : [`            ${plural(versions.found, 'version')} taken into the record again`]),
    journalText(journal),
    ...places.map(place => placeText(place, site, backend.location)),
    sound ? 'Everything is sound.' : 'NOT SOUND: see above.',
  ].join('\n')
}

function problemText({ file, message }: CheckReport['problems'][number]): string {
  return `DAMAGED  ${file}: ${message}`
}

function placeText(report: PlaceReport, site: Site, repository: string): string {
  const head = report.place.padEnd(10)
  switch (report.state) {
    case 'verified':
      return `${head}  holds ${plural(report.versions, 'version')}${behindText(report)}`
    case 'not-attached':
      return `${head}  not attached${report.note === null ? '' : `: ${report.note}`}`
    case 'locked-out':
      return `${head}  cannot be looked at: ${report.note}`
    case 'missing': {
      const to = site.places.find(({ id }) => id === report.place)?.options.path ?? ''
      return report.errors > 0
        ? `${head}  GONE: there is no repository any more`
        : `${head}  nothing there yet. Make a copy while nothing is captured: rsync -a ${repository}/ ${to}/ (or restic copy, with the same password)`
    }
  }
}

function behindText({ behind, errors }: PlaceReport): string {
  const items = Object.keys(behind)
  if (items.length === 0) return errors === 0 ? ', of every item the newest' : ''
  const some = items.slice(0, 3).join(', ')
  const more = items.length > 3 ? ` and ${items.length - 3} more` : ''
  return `, but not the newest of ${some}${more}`
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
