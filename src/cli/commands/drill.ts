import os from 'node:os'
import path from 'node:path'
import type { Command } from 'commander'
import type { Archive } from '../../archive/archive.ts'
import { parseItemVersion } from '../../archive/find-version.ts'
import { BlackstartError } from '../../errors.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { endMarksOf } from '../../node/views/end-marks.ts'
import { indexSite } from '../../policy/site-index.ts'
import { type DrillPhase, drillItem } from '../../recover/drill-item.ts'
import { type AssetItem, itemsOf } from '../../site/item-lookup.ts'
import type { Site } from '../../site/site.ts'
import { type DrillOutcome, drillByNode, type Rehearsed } from '../drill-by-node.ts'
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { findNode, type NodeClient } from '../node-client.ts'
import type { Output } from '../output.ts'
import { selectItems } from '../select-items.ts'
import { table } from '../table.ts'
import { bytesText, plural, spanText } from '../words.ts'
import { plainLines } from './repo/plain-text.ts'

interface DrillCommandOptions {
  readonly sandbox?: string
  readonly keep?: boolean
}

export function registerDrill(program: Command): void {
  program
    .command('drill')
    .argument(
      '[items...]',
      'asset/item, asset/item@version, an asset, or a process for all that it needs; all by default',
    )
    .description(
      'rehearse the restore: into a sandbox, every hash verified, contents opened, times measured; by the node that works on the site, or by itself where none does',
    )
    .option('--sandbox <dir>', "where the sandbox folder is made; the system's folder for temporary files by default")
    .option(
      '--keep',
      'leave the sandbox folder, with what was restored, to be looked at; a node leaves it in data/sandboxes unless --sandbox names another',
    )
    .action(act<[string[], DrillCommandOptions]>(drill))
}

/** `opened`: milliseconds; null where the node had the repository open. */
interface Drilled {
  readonly outcomes: readonly DrillOutcome[]
  readonly opened: number | null
  readonly sandboxes: string
}

/**
 * With --json: `{ passed, opened, sandboxes, results: [{ item, version, choice: "approved"|"latest"|"named", passed,
 * milliseconds, phases: { open, restore, verify, openContent }, bytes, files, checks: [{ check, files, failed }],
 * problems: [{ kind: "integrity"|"content", path, what }], problemsTotal, notes: [{ path, what }], notesTotal, sandbox }
 * or { item, passed: false, error: { code, message } }] }`. Times are milliseconds; `opened` is the opening of the
 * repository, once for all, null where a node had it open: that tells the first 50 problems and notes of each item. Exits 5 when damage was found, else 1 when no item passed, 3 when some did not.
 */
async function drill(invocation: Invocation, words: string[], options: DrillCommandOptions): Promise<ExitCode> {
  const node = await findNode(invocation)
  const { outcomes, opened, sandboxes } =
    node === null ? await drillAlone(invocation, words, options) : await askNode(invocation, node, words, options)
  const passed = outcomes.every(({ result }) => result?.passed === true)
  invocation.out.result(
    { passed, opened, sandboxes, results: outcomes.map(resultDocument) },
    text(outcomes, opened, invocation.out),
  )
  return exitCode(outcomes)
}

/** The sandbox is the node's to make: its folder is of the node's machine, and its owner the node's user. */
async function askNode(
  { out, signal }: Invocation,
  node: NodeClient,
  words: readonly string[],
  { keep = false, sandbox }: DrillCommandOptions,
): Promise<Drilled> {
  const asked = { keep, ...(sandbox === undefined ? {} : { sandbox: path.resolve(sandbox) }) }
  const drilled = await drillByNode(
    node,
    words,
    asked,
    (ended, { item, phase, bytes, ofBytes }) => {
      for (const outcome of ended) out.line(progressLine(outcome))
      if (item !== null && phase !== null) out.live(phaseLine(item, phase, bytes, ofBytes))
    },
    signal,
  )
  return { ...drilled, opened: null }
}

async function drillAlone(
  invocation: Invocation,
  words: readonly string[],
  options: DrillCommandOptions,
): Promise<Drilled> {
  const started = performance.now()
  await using archive = await openSiteArchive(invocation)
  await loadIndex(archive, invocation.signal)
  const opened = Math.round(performance.now() - started)
  const chosen = selectForDrill(archive.site, words)
  const parent = path.resolve(options.sandbox ?? os.tmpdir())
  const outcomes: DrillOutcome[] = []
  for (const one of chosen) {
    const outcome = await drillOne(invocation, archive, one, { parent, keep: options.keep === true })
    outcomes.push(outcome)
    invocation.out.line(progressLine(outcome))
  }
  return { outcomes, opened, sandboxes: parent }
}

/** A damaged index is each item's own failure, to be recorded with it. */
async function loadIndex({ repository }: Archive, signal: AbortSignal): Promise<void> {
  try {
    await repository.loadIndex(signal)
  } catch (error) {
    if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
  }
}

interface Chosen {
  readonly of: AssetItem
  /** A version by name; null for the one that a recovery would take. */
  readonly which: string | null
}

/** Each item once, in the order of the words; all items for no words. */
function selectForDrill(site: Site, words: readonly string[]): readonly Chosen[] {
  if (words.length === 0 && itemsOf(site).length === 0) {
    throw new BlackstartError('not-found', 'site.yaml names no item yet: there is nothing to drill.')
  }
  const chosen =
    words.length === 0 ? itemsOf(site).map(of => ({ of, which: null })) : words.flatMap(word => named(site, word))
  return [...new Map(chosen.map(one => [`${one.of.id}@${one.which ?? ''}`, one])).values()]
}

function named(site: Site, word: string): readonly Chosen[] {
  const process = site.processes.find(({ id }) => id === word)
  if (process === undefined) {
    const { item, version } = word.includes('@') ? parseItemVersion(word) : { item: word, version: null }
    return selectItems(site, [item]).map(of => ({ of, which: version }))
  }
  const items = indexSite(site).needsOf.get(process.id)?.items ?? []
  if (items.length > 0) return items.map(of => ({ of, which: null }))
  throw new BlackstartError(
    'not-found',
    `Nothing of what process ${word} needs is backed up: there is nothing to drill.`,
  )
}

async function drillOne(
  { out, signal }: Invocation,
  archive: Archive,
  { of, which }: Chosen,
  place: { readonly parent: string; readonly keep: boolean },
): Promise<DrillOutcome> {
  const onProgress = (phase: DrillPhase, bytes: number, total: number) =>
    out.live(phaseLine(of.id, phase, bytes, total))
  try {
    const endMarks = (format: string | null) => endMarksOf(of, format)
    const result = await drillItem(archive, of.id, { ...place, which, endMarks, onProgress }, signal)
    const totals = { problemsTotal: result.problems.length, notesTotal: result.notes.length }
    return { item: of.id, result: { ...result, ...totals }, error: null }
  } catch (error) {
    if (signal.aborted || !(error instanceof BlackstartError)) throw error
    return { item: of.id, result: null, error }
  }
}

const phaseWords: Readonly<Record<DrillPhase, string>> = {
  open: 'opening',
  restore: 'restoring',
  verify: 'verifying',
  openContent: 'opening what it holds',
}

function phaseLine(item: string, phase: DrillPhase, bytes: number, total: number): string {
  return `${item}: ${phaseWords[phase]}${bytes > 0 ? ` ${bytesText(bytes)} of ${bytesText(total)}` : ''} …`
}

function resultDocument({ item, result, error }: DrillOutcome): unknown {
  return result ?? { item, passed: false, error: { code: error.code, message: error.message } }
}

function progressLine({ item, result, error }: DrillOutcome): string {
  if (error !== null) return `${item}  NOT DRILLED  ${plainLines(error.message)}`
  return `${item}  ${result.passed ? 'passed' : 'FAILED'}  ${timeOf(result.milliseconds)}`
}

function text(outcomes: readonly DrillOutcome[], opened: number | null, out: Output): string {
  const head = ['ITEM', 'VERSION', '', 'SIZE', 'RESTORE', 'TOTAL', 'RESULT', 'OPENED']
  const rows = outcomes.map(({ item, result }) => (result === null ? notDrilled(item, out) : row(result, out)))
  const passed = outcomes.filter(({ result }) => result?.passed === true).length
  return [
    table(head, rows),
    ...outcomes.flatMap(outcome => findings(outcome, out)),
    '',
    `${passed} of ${plural(outcomes.length, 'item')} passed.${opened === null ? '' : ` The repository took ${timeOf(opened)} to open, once for all.`}`,
    'Measured: from the repository into a folder of this machine. Writing into devices, and what people do, is not in it.',
  ].join('\n')
}

function notDrilled(item: string, out: Output): string[] {
  return [item, '-', '', '', '', '', out.style('red', 'NOT DRILLED'), '']
}

function row(result: Rehearsed, out: Output): string[] {
  const { restore } = result.phases
  const opened = result.checks.filter(({ check }) => check !== 'digest').map(({ check, files }) => `${files} ${check}`)
  return [
    result.item,
    result.version,
    result.choice === 'named' ? '' : result.choice,
    bytesText(result.bytes),
    restore === undefined ? '-' : timeOf(restore),
    timeOf(result.milliseconds),
    result.passed ? out.style('green', 'PASSED') : out.style('red', 'FAILED'),
    opened.length === 0 ? '-' : opened.join(', '),
  ]
}

const shownLines = 10

function findings({ item, result, error }: DrillOutcome, out: Output): string[] {
  if (error !== null) return ['', `${out.style('red', 'NOT DRILLED')}  ${item}`, `  ${plainLines(error.message)}`]
  const line = ({ path: file, what }: { path: string | null; what: string }) =>
    `  ${file === null ? what : `${file}: ${what}`}`
  const more = (count: number) => (count > shownLines ? [`  and ${count - shownLines} more`] : [])
  const section = (title: string, lines: readonly { path: string | null; what: string }[], count: number) =>
    count === 0 ? [] : ['', `${title}  ${item}`, ...lines.slice(0, shownLines).map(line), ...more(count)]
  return [
    ...section(out.style('red', 'FAILED'), result.problems, result.problemsTotal),
    ...section(out.style('yellow', 'NOTE'), result.notes, result.notesTotal),
    ...(result.sandbox === null
      ? []
      : ['', `KEPT  ${item}`, `  ${path.join(result.sandbox, 'content')}: remove it when you are done.`]),
  ]
}

/** `12 ms`, then as elsewhere. */
function timeOf(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : spanText(milliseconds)
}

function exitCode(outcomes: readonly DrillOutcome[]): ExitCode {
  const failed = outcomes.filter(({ result }) => result?.passed !== true)
  if (failed.length === 0) return exitCodes.done
  if (failed.some(({ result, error }) => result !== null || error.code === 'integrity')) return exitCodes.integrity
  if (failed.length < outcomes.length) return exitCodes.part
  const codes = new Set(failed.map(({ error }) => exitCodeOf(error)))
  return codes.size === 1 ? ([...codes][0] ?? exitCodes.failed) : exitCodes.failed
}
