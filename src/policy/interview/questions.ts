import { formatDuration } from '../../site/duration.ts'
import { listed } from '../../site/problem.ts'
import { type DataKind, type Process, type RecoveryStep, recoverySteps } from '../../site/site.ts'
import type { SiteIndex } from '../site-index.ts'
import { consequenceText } from './consequence.ts'
import { neededKinds, neededWords } from './needed-words.ts'

/** Something that a plant can answer without a table, and the key of the process that the answer fills. Every answer is a duration. */
export interface Question {
  /** Stable: `mtd`, `recovery.detect`, `afterLoss.perLostHour`, `mtdl.history` … */
  readonly id: string
  readonly text: string
  readonly help: string
  /** What follows from what the process states, where something may; null for a question that is not about it. */
  readonly consequence: string | null
  /** From the process. */
  readonly path: readonly string[]
  /** What the file says now. */
  readonly current: Temporal.Duration | null
  /** The longest answer that the file takes. */
  readonly mostDays: number
}

/**
 * The questions for one process, in the order in which they are asked. Texts and helps rest on what the process states, so
 * that they are made anew after each answer; ids, their order and paths stay.
 */
export function interviewQuestions(index: SiteIndex, process: Process): readonly Question[] {
  return [downtime(process), ...steps(process), ...rework(index, process), ...losses(index, process)]
}

/** The ids of the questions to which the process has no answer. */
export function missingAnswers(index: SiteIndex, process: Process): readonly string[] {
  return interviewQuestions(index, process).flatMap(({ id, current }) => (current === null ? [id] : []))
}

/** For the finding `mtdl-missing`: one plain question. */
export function mtdlQuestion(index: SiteIndex, process: Process): string {
  const open = neededKinds(index, process).filter(kind => process.mtdl[kind] === null)
  return goneQuestion(neededWords(index, process, open.length === 1 ? (open[0] ?? null) : null))
}

/** For the finding `mtd-missing`. */
export function mtdQuestion(process: Process): string {
  return `How long may ${nameOf(process)} stand still before the damage is more than the plant can bear?`
}

/** For the finding `steps-missing`: asks for the steps that are not stated. */
export function stepsQuestion(process: Process): string {
  const open = recoverySteps.filter(key => process.recovery[key] === null)
  const named = open.length === 0 ? recoverySteps : open
  return `How long do people usually need, whatever is restored, to ${listed(named.map(key => stepNames[key]))}?`
}

function goneQuestion(what: string): string {
  return `If all that changed in the last hour in ${what} were gone, what would you have to do, and for how long?`
}

function nameOf({ name, id }: Process): string {
  return name ?? id
}

function downtime(process: Process): Question {
  return {
    id: 'mtd',
    text: mtdQuestion(process),
    help: `Think of a whole night and of a weekend: product that spoils, customers that stop, a permit that is broken, people or rivers that are harmed. The answer is the maximum tolerable downtime (MTD). It must leave room for what people do in every recovery.`,
    consequence: null,
    path: ['mtd'],
    current: process.mtd,
    mostDays: 3660,
  }
}

const stepWords: Readonly<Record<RecoveryStep, string>> = {
  detect: 'to notice that it stands, and why',
  decide: 'to decide to restore it',
  isolate: 'to cut what is infected off from the rest',
  keys: 'to fetch keys and passwords out of the safe',
  media: 'to fetch the media that are kept elsewhere',
  reconfigure: 'to set addresses, names and options that no copy holds',
  reissue: 'to issue new certificates and keys',
  validate: 'to test it until production may start',
}

/** Many of them in one sentence. */
const stepNames: Readonly<Record<RecoveryStep, string>> = {
  detect: 'notice the loss',
  decide: 'decide',
  isolate: 'isolate what is infected',
  keys: 'fetch the keys',
  media: 'fetch the media',
  reconfigure: 'set addresses and names',
  reissue: 'issue certificates anew',
  validate: 'test it before the restart',
}

const stepHelps: Readonly<Record<RecoveryStep, string>> = {
  detect: 'At night and on Sundays too: until somebody who can tell knows of it.',
  decide: 'Until the person who may decide was reached, and has.',
  isolate: 'After an attack nothing is restored into a network that is still infected.',
  keys: 'Who has the key of the safe, and how far away is that person?',
  media: 'The disk in the bank is not there on a Sunday.',
  reconfigure: 'A new device has another address, name or licence.',
  reissue: 'Keys that cannot leave their chip are made anew, and the peers must learn of them.',
  validate: 'The run with water, the safety check, the release by quality.',
}

function steps(process: Process): Question[] {
  return recoverySteps.map(key => ({
    id: `recovery.${key}`,
    text: `How long do people usually need ${stepWords[key]}?`,
    help: `${stepHelps[key]} Next to nothing is 1m.`,
    consequence: null,
    path: ['recovery', key],
    current: process.recovery[key],
    mostDays: 366,
  }))
}

function rework(index: SiteIndex, process: Process): Question[] {
  const all = neededWords(index, process, null)
  return [
    {
      id: 'afterLoss.fixed',
      text: `When data of ${nameOf(process)} was lost, however little: what work follows in any case, and for how long?`,
      help: 'An inventory, a test run, a report to the authority. It counts in the recovery time.',
      consequence: null,
      path: ['afterLoss', 'fixed'],
      current: process.afterLoss.fixed,
      mostDays: 366,
    },
    {
      id: 'afterLoss.perLostHour',
      text: goneQuestion(all),
      help: 'Recipes typed in again, values copied from the paper log, goods counted: the work for each lost hour. It counts in the recovery time, and shows below what an MTDL would cost.',
      consequence: null,
      path: ['afterLoss', 'perLostHour'],
      current: process.afterLoss.perLostHour,
      mostDays: 366,
    },
  ]
}

const kindHelps: Readonly<Record<DataKind, string>> = {
  configuration:
    'Only changes can be lost here: as long as nobody changes anything, an old copy is as good as a new one. Ask until when a change could still be repeated from paper or memory.',
  history: 'Every moment counts here: what was not copied yet is gone for good, or has to be entered again.',
}

function losses(index: SiteIndex, process: Process): Question[] {
  return neededKinds(index, process).map(kind => ({
    id: `mtdl.${kind}`,
    text: `How old may the newest copy of ${neededWords(index, process, kind)} be at most?`,
    help: `${kindHelps[kind]} The answer is the maximum tolerable data loss (MTDL); the capture interval follows from it.`,
    consequence: consequenceText(process, process.mtdl[kind]),
    path: ['mtdl', kind],
    current: process.mtdl[kind],
    mostDays: 3660,
  }))
}

/** For a prompt. */
export function currentText({ current }: Question): string | null {
  return current === null ? null : formatDuration(current)
}
