import { BlackstartError } from '../../errors.ts'
import { causeWords } from '../../policy/criticality/cause-words.ts'
import type { RankedCause } from '../../policy/criticality/rank.ts'
import type { RecoveryTime } from '../../policy/verdict/recovery-time.ts'
import { parseLoss, whatIf } from '../../policy/what-if.ts'
import type { JudgedSite } from '../judge-site.ts'
import type { Judged } from '../site-node.ts'
import { noSuch } from './no-such.ts'

const ranked = new WeakMap<Judged, ReturnType<typeof makeCriticality>>()

/** The matrix and the ranking, made once for a judgement. */
export function criticalityView(judged: Judged) {
  const known = ranked.get(judged) ?? makeCriticality(judged)
  ranked.set(judged, known)
  return known
}

function makeCriticality({ judgement, number }: Judged) {
  const { matrix, causes, unscored, withoutModes, zones } = judgement.ranking()
  return {
    ...{ judged: number, matrix, causes: causes.map(causeRow), withoutModes },
    unscored: unscored.map(({ id, why }) => ({ id, why })),
    zones: zones.map(({ zone, score, path }) => ({ zone, score, path })),
  }
}

function causeRow(cause: RankedCause) {
  const { id, kind, class: cls, s, of, oc, p, d, slack } = cause
  const isMode = cause.kind === 'mode'
  return {
    ...{ id, kind, class: cls, s, of, oc, p, d, slack, words: causeWords(cause) },
    subject: isMode ? cause.asset : cause.subject,
    name: isMode ? cause.name : cause.kind === 'zone' ? 'the whole zone' : 'the whole domain',
  }
}

const asked = new WeakMap<Judged, Map<string, ReturnType<typeof makeWhatIf>>>()

/** Made once for a judgement. Throws `usage` for what cannot be lost. */
export function whatIfView(judged: Judged, lose: string) {
  const views = asked.get(judged) ?? new Map<string, ReturnType<typeof makeWhatIf>>()
  asked.set(judged, views)
  const view = views.get(lose) ?? makeWhatIf(judged, lose)
  views.set(lose, view)
  return view
}

function makeWhatIf({ index, facts }: JudgedSite, lose: string) {
  const loss = parseLoss(index, lose)
  if ('refused' in loss) throw new BlackstartError('usage', loss.refused)
  const { processes, ...rest } = whatIf(index, facts, loss)
  return {
    ...rest,
    processes: processes.map(({ items, time, ...process }) => ({
      ...process,
      time: time === null ? null : timeView(time),
      items: items.map(({ copies, ...item }) => ({
        ...item,
        copies: copies.map(({ place, version, seen }) => ({ place, version, seen: seen.toString() })),
      })),
    })),
  }
}

function timeView({ lower, p90, critical, unknown }: RecoveryTime) {
  return { lower, p90, critical, unknown }
}

/** A process with what each scenario would leave. Throws `not-found`. */
export function processView({ site, index, judgement }: JudgedSite, id: string) {
  const verdict = judgement.processes.find(one => one.id === id)
  const process = site.processes.find(one => one.id === id)
  if (verdict === undefined || process === undefined) {
    const known = site.processes.map(one => one.id)
    throw noSuch(`site.yaml has no process ${id}.`, id, known)
  }
  const { reasons, class: cls, mtd, rto, slack, rehearsed, lastRehearsed, scenarios } = verdict
  return {
    ...{ id, name: process.name, verdict: verdict.verdict, reasons, class: cls, mtd, rto, slack, rehearsed },
    lastRehearsed: lastRehearsed?.toString() ?? null,
    notes: process.notes,
    needs: (index.needsOf.get(id)?.items ?? []).map(of => ({ item: of.id, asset: of.asset.id })),
    scenarios: scenarios.map(({ time, ...rest }) => ({ ...rest, time: time === null ? null : timeView(time) })),
  }
}
