import path from 'node:path'
import type { Command } from 'commander'
import type { JournalReport } from '../../api/schema/journal.ts'
import type { Archive } from '../../archive/archive.ts'
import { openJournal } from '../../archive/journal.ts'
import { sitePaths } from '../../archive/site-paths.ts'
import { verifyJournal } from '../../archive/verify-archive.ts'
import type { PlaceReport } from '../../archive/verify-place.ts'
import type { CheckReport } from '../../engine/check.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { type SiteReport, type SiteVerification, verifySite } from '../../node/verify-site.ts'
import type { Place } from '../../site/site.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { findNode } from '../node-client.ts'
import { bytesText, plural } from '../words.ts'
import { plainLines } from './repo/plain-text.ts'

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .option('--read-data', 'read every byte of every copy, not only its structure')
    .description('verify the repository, the versions in it, the journal, and every other place that can be reached')
    .action(act<[{ readonly readData?: boolean }]>(verify))
  const journal = program.command('journal').description('the record of what people and the node did')
  journal
    .command('verify')
    .description("verify the journal's hash chain: by the node that works on the site, or by itself where none does")
    .action(act(verifyJournalOnly))
}

/** By itself also where a node runs: what the node has in mind is not believed, and neither keeps the other from working. */
async function verify(invocation: Invocation, options: { readonly readData?: boolean }): Promise<ExitCode> {
  const { out, folder, signal } = invocation
  const readData = options.readData === true
  await using archive = await openSiteArchive(invocation)
  const onProgress: SiteVerification['onProgress'] = (place, { stage, done, total }) =>
    out.live(`verifying ${place === null ? '' : `${place}: `}${stage}: ${done} of ${total}`)
  const report = await verifySite(archive, { readData, onProgress }, signal)
  out.result(report, text({ ...report, readData }, archive, folder))
  return report.sound ? exitCodes.done : exitCodes.integrity
}

type Verified = SiteReport & { readonly readData: boolean }

function text(report: Verified, { site, repository: { backend } }: Archive, folder: string): string {
  const { places } = report
  const width = Math.max(10, ...places.map(({ place }) => place.length))
  const command = (id: string) =>
    copyCommand(
      backend.location,
      folder,
      site.places.find(place => place.id === id),
    )
  const { repository, versions, journal, sound, readData } = report
  const { problems, unreferencedPacks, snapshots, packs, bytesRead } = repository
  const read = readData
    ? `, ${bytesText(bytesRead)} read and verified`
    : ', structure only (--read-data reads every byte)'
  return [
    ...[...problems, ...places.flatMap(place => place.problems)].map(problemText),
    ...versions.lost.map(({ item, version }) => `LOST     ${item}@${version} is not in the repository any more`),
    `${'repository'.padEnd(width)}  ${plural(snapshots, 'snapshot')}, ${plural(packs, 'pack')}${read}`,
    ...(unreferencedPacks.length === 0
      ? []
      : [`${' '.repeat(width)}  ${plural(unreferencedPacks.length, 'pack')} left by interrupted runs: harmless`]),
    ...(versions.found === 0
      ? []
      : [`${' '.repeat(width)}  ${plural(versions.found, 'version')} taken into the record again`]),
    journalText(journal, width),
    ...places.map(place => placeText(place, width, place.place === site.places[0]?.id ? null : command(place.place))),
    sound ? 'Everything is sound.' : 'NOT SOUND: see above.',
  ].join('\n')
}

function problemText({ file, message }: CheckReport['problems'][number]): string {
  return `DAMAGED  ${file}: ${plainLines(message)}`
}

/** `copy`: what brings the repository there; null for the repository itself. */
function placeText(report: PlaceReport, width: number, copy: string | null): string {
  const head = report.place.padEnd(width)
  switch (report.state) {
    case 'verified':
      return `${head}  holds ${plural(report.versions, 'version')}${behindText(report, copy)}`
    case 'not-attached':
      return `${head}  not attached${report.note === null ? '' : `: ${report.note}`}. Attach it, and copy to it while nothing is captured: ${copy}`
    case 'locked-out':
      return `${head}  cannot be looked at: ${report.note}`
    case 'missing':
      return report.errors > 0
        ? `${head}  GONE: there is no repository any more`
        : `${head}  nothing there yet. Mount it, and make a copy while nothing is captured: ${copy} (or restic copy, with the same password)`
  }
}

/** Works from any folder. Makes none above the last: where nothing is mounted, the node's own disk is no other place. */
function copyCommand(repository: string, folder: string, place: Place | undefined): string {
  const to = path.resolve(folder, place?.options.path ?? '')
  return `rsync -a ${shellWord(`${repository}/`)} ${shellWord(`${to}/`)}`
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function behindText({ behind, errors }: PlaceReport, copy: string | null): string {
  const items = Object.keys(behind)
  if (items.length === 0) return errors === 0 ? ', of every item the newest' : ''
  const some = items.slice(0, 3).join(', ')
  const more = items.length > 3 ? ` and ${items.length - 3} more` : ''
  const again = copy === null ? '' : `. Copy again while nothing is captured: ${copy}`
  return `, but not the newest of ${some}${more}${again}`
}

function journalText({ lines, problem }: JournalReport, width = 10): string {
  const head = 'journal'.padEnd(width)
  return problem === null ? `${head}  ${plural(lines, 'line')}, unbroken` : `${head}  BROKEN  ${problem}`
}

async function verifyJournalOnly(invocation: Invocation): Promise<ExitCode> {
  const { out } = invocation
  const node = await findNode(invocation)
  const report =
    node === null
      ? await verifyJournalAlone(invocation)
      : await node.ask<JournalReport>('GET', '/api/journal/verification')
  out.result(report, journalText(report))
  return report.problem === null ? exitCodes.done : exitCodes.integrity
}

/** Needs neither the catalog nor the repository, so that it works when both are gone. */
function verifyJournalAlone({ folder, actor, now, signal }: Invocation): Promise<JournalReport> {
  const paths = sitePaths(folder)
  return verifyJournal(openJournal({ file: paths.journal, actor, locks: paths.run, now }), signal)
}
