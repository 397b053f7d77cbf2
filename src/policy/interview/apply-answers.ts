import { durationOf, formatDuration, milliseconds } from '../../site/duration.ts'
import type { SiteEdit } from '../../site/edit-site.ts'
import type { DataKind, Process } from '../../site/site.ts'
import type { SiteIndex } from '../site-index.ts'
import { durationText } from './answer.ts'
import { fixedTime } from './consequence.ts'
import { neededKinds } from './needed-words.ts'
import type { Question } from './questions.ts'

/** The process as it would be with that answer. */
export function withAnswer(process: Process, { path: [key, inner] }: Question, answer: Temporal.Duration): Process {
  switch (key) {
    case 'recovery':
    case 'afterLoss':
    case 'mtdl':
      return { ...process, [key]: { ...process[key], [inner ?? '']: answer } }
    default:
      return { ...process, [key ?? '']: answer }
  }
}

/** Whether the file says that already, in whatever words. */
export function isAsStated({ current }: Question, answer: Temporal.Duration): boolean {
  return current !== null && Temporal.Duration.compare(current, answer) === 0
}

/** Why the durations of the process cannot all be right; null where they can. The site file refuses the same. */
export function contradictionOf(process: Process): string | null {
  const { mtd, rto } = process
  if (mtd === null) return null
  const fixed = fixedTime(process)
  const bound = formatDuration(mtd)
  if (fixed > milliseconds(mtd)) {
    return `what people do in any case takes ${formatDuration(durationOf(fixed))} together, longer than the MTD of ${bound}`
  }
  if (rto !== null && milliseconds(rto) > milliseconds(mtd)) {
    return `the RTO of ${formatDuration(rto)} is longer than the MTD of ${bound}; set rto in site.yaml first`
  }
  return null
}

/**
 * What to write for the answers, given by the id of their question as the file may say them. `position`: of the process in
 * the file. `mtdlIsMapping`: how the file writes it now; one duration stands for both kinds of data, and stays one where both
 * are the same, or the process needs only one of them.
 */
export function editsOf(
  index: SiteIndex,
  position: number,
  process: Process,
  mtdlIsMapping: boolean,
  answers: ReadonlyMap<string, string>,
): SiteEdit[] {
  const edits = [...answers].flatMap(([id, value]) =>
    id.startsWith('mtdl.') ? [] : [{ path: ['processes', position, ...id.split('.')], value }],
  )
  const given = (kind: DataKind) => answers.get(`mtdl.${kind}`) ?? null
  const kinds = (['configuration', 'history'] as const).filter(kind => given(kind) !== null)
  if (kinds.length === 0) return edits
  const path = ['processes', position, 'mtdl']
  if (mtdlIsMapping) {
    return [...edits, ...kinds.flatMap(kind => ({ path: [...path, kind], value: given(kind) ?? '' }))]
  }
  const stated = (kind: DataKind) => given(kind) ?? textOrNull(process.mtdl[kind])
  const [configuration, history] = [stated('configuration'), stated('history')]
  const [only] = neededKinds(index, process).length === 1 ? kinds : []
  if (only !== undefined) return [...edits, { path, value: given(only) ?? '' }]
  if (configuration !== null && configuration === history) return [...edits, { path, value: configuration }]
  const value = { ...(configuration === null ? {} : { configuration }), ...(history === null ? {} : { history }) }
  return [...edits, { path, value }]
}

function textOrNull(duration: Temporal.Duration | null): string | null {
  return duration === null ? null : durationText(duration)
}
