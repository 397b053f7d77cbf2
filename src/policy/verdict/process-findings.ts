import { dataKindOf } from '../../site/data-kind.ts'
import { formatMilliseconds } from '../../site/duration.ts'
import type { Process } from '../../site/site.ts'
import type { Finding } from '../finding.ts'
import { mtdlQuestion, mtdQuestion, stepsQuestion } from '../interview/questions.ts'
import type { SiteIndex } from '../site-index.ts'
import type { ProcessVerdict } from './process-verdict.ts'

/** What a process does not state, and the times that do not fit: each with the question, or the step, that closes it. */
export function processFindings(index: SiteIndex, process: Process, verdict: ProcessVerdict): Finding[] {
  return [...unstated(index, process), ...tooSlow(process, verdict), ...unrehearsed(process, verdict)]
}

function unstated(index: SiteIndex, process: Process): Finding[] {
  const found: Finding[] = []
  const interview = `blackstart interview ${process.id} asks, and writes the answers into site.yaml.`
  const kinds = new Set((index.needsOf.get(process.id)?.items ?? []).map(({ item }) => dataKindOf(item)))
  const open = (kinds.size === 0 ? [process.data] : [...kinds].sort()).filter(kind => process.mtdl[kind] === null)
  if (open.length > 0) {
    const remedy = `${mtdlQuestion(index, process)} ${interview}`
    found.push({ code: 'mtdl-missing', severity: 'medium', subject: process.id, facts: { data: open }, remedy })
  }
  if (process.mtd === null) {
    const remedy = `${mtdQuestion(process)} ${interview}`
    found.push({ code: 'mtd-missing', severity: 'medium', subject: process.id, facts: {}, remedy })
  }
  const steps = Object.entries(process.recovery).flatMap(([step, time]) => (time === null ? [step] : []))
  if (steps.length > 0) {
    const remedy = `${stepsQuestion(process)} ${interview}`
    found.push({ code: 'steps-missing', severity: 'low', subject: process.id, facts: { steps }, remedy })
  }
  return found
}

function tooSlow(process: Process, { scenarios, mtd, rto }: ProcessVerdict): Finding[] {
  const scoped = scenarios.filter(({ inScope }) => inScope)
  const late = scoped.filter(({ time }) => mtd !== null && time !== null && time.lower > mtd)
  if (late.length > 0) {
    const [worst] = late.toSorted((a, b) => (b.time?.lower ?? 0) - (a.time?.lower ?? 0))
    const [slowest] = (worst?.time?.critical ?? []).toSorted((a, b) => b.milliseconds - a.milliseconds)
    const facts = {
      mtdSeconds: seconds(mtd),
      scenarios: late.map(({ scenario, time }) => ({ scenario, atLeastSeconds: seconds(time?.lower ?? null) })),
      critical: worst?.time?.critical ?? [],
    }
    const longest =
      slowest === undefined
        ? ''
        : ` Shorten what takes longest: ${slowest.what}, ${formatMilliseconds(slowest.milliseconds)}.`
    const remedy = `It cannot be back within the MTD of ${formatMilliseconds(mtd ?? 0)}.${longest} Else find out whether the plant can bear ${formatMilliseconds(worst?.time?.lower ?? 0)}, or which scenarios are in its scope.`
    return [{ code: 'mtd-exceeded', severity: 'high', subject: process.id, facts, remedy }]
  }
  const slow = scoped.filter(({ time }) => rto !== null && time !== null && (time.p90 ?? time.lower) > rto)
  if (slow.length === 0) return []
  const facts = {
    rtoSeconds: seconds(rto),
    scenarios: slow.map(({ scenario, time }) => ({ scenario, seconds: seconds(time?.p90 ?? time?.lower ?? null) })),
  }
  const [worst] = slow.toSorted((a, b) => (b.time?.lower ?? 0) - (a.time?.lower ?? 0))
  const largest = (worst?.time?.critical ?? []).toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 3)
  const parts = largest.map(({ what, milliseconds }) => `${what} ${formatMilliseconds(milliseconds)}`)
  const remedy = `It is back within the MTD, but not within the RTO of ${formatMilliseconds(rto ?? 0)}. What takes longest: ${parts.join(', ')}.`
  return [{ code: 'rto-exceeded', severity: 'medium', subject: process.id, facts, remedy }]
}

function unrehearsed(process: Process, { rehearsed, lastRehearsed, class: cls }: ProcessVerdict): Finding[] {
  if (rehearsed) return []
  const remedy = `Walk through the recovery with the people on call, watch in hand (blackstart plan ${process.id}), and correct the steps under recovery in site.yaml by what you measured. This version cannot record a rehearsal yet: until then bear it: blackstart acknowledge never-rehearsed ${process.id} --until 180d --reason "rehearsed by hand"`
  const facts = { class: cls, rehearsed: lastRehearsed?.toString() ?? null }
  return [{ code: 'never-rehearsed', severity: 'low', subject: process.id, facts, remedy }]
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds / 1000)
}
