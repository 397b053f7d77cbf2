import { type Class, classes } from './class.ts'
import type { FindingCode, JudgedFinding } from './finding.ts'

/** What a plant does first: each stage rests on the ones before it. */
const stages = [
  'a first verified copy',
  'captured within what may be lost',
  'a copy that survives the node and its credentials',
  'a first restore',
  'copies off site and offline',
  'back within the MTD',
  'nothing unexpected',
  'known and written down',
] as const
export type Stage = (typeof stages)[number]

/** One step of the way up: what closes these findings, for assets of one class. */
export interface WayUpStep {
  /** From 1. */
  readonly number: number
  readonly stage: Stage
  /** Of the assets it is for; null for what concerns the whole site, or assets without a class. */
  readonly class: Class | null
  readonly title: string
  /** Why now. */
  readonly why: string
  readonly findings: readonly JudgedFinding[]
  /** `commonRemedies` of the findings. */
  readonly remedies: readonly string[]
}

const stageOf: Readonly<Record<FindingCode, Stage>> = {
  'no-version': 'a first verified copy',
  'version-lost': 'a first verified copy',
  'no-copy': 'a first verified copy',
  'asset-without-items': 'a first verified copy',
  'verification-errors': 'a first verified copy',
  'recovery-kit-on-disk': 'a copy that survives the node and its credentials',
  'authority-ends': 'known and written down',
  'capture-failed': 'captured within what may be lost',
  stale: 'captured within what may be lost',
  'mtdl-missing': 'captured within what may be lost',
  'mtdl-infeasible': 'captured within what may be lost',
  'interval-breaks-mtdl': 'captured within what may be lost',
  'no-surviving-copy': 'a copy that survives the node and its credentials',
  'key-beside-data': 'a copy that survives the node and its credentials',
  'never-drilled': 'a first restore',
  'drill-failed': 'a first restore',
  'copies-missing': 'copies off site and offline',
  'lag-missing': 'copies off site and offline',
  'mtd-missing': 'back within the MTD',
  'steps-missing': 'back within the MTD',
  'mtd-exceeded': 'back within the MTD',
  'rto-exceeded': 'back within the MTD',
  'spare-missing': 'back within the MTD',
  'never-rehearsed': 'back within the MTD',
  drifted: 'nothing unexpected',
  'changed-unexpectedly': 'nothing unexpected',
  'conduit-forbidden': 'nothing unexpected',
  'flow-forbidden': 'nothing unexpected',
  'flow-without-conduit': 'nothing unexpected',
  'connection-unexpected': 'nothing unexpected',
  'verification-due': 'nothing unexpected',
  'drill-due': 'nothing unexpected',
  'failure-modes-missing': 'known and written down',
  'life-missing': 'known and written down',
  'life-exceeded': 'known and written down',
  'not-approved': 'known and written down',
}

const reasons: Readonly<Record<Stage, string>> = {
  'a first verified copy': 'Without one verified copy nothing can be brought back, whatever else is done.',
  'captured within what may be lost': 'An old copy brings back an old plant: the loss must stay within the MTDL.',
  'a copy that survives the node and its credentials':
    'An attacker who takes the node takes every copy that its credentials open.',
  'a first restore': 'A copy that was never restored is a hope, and its recovery time is unknown.',
  'copies off site and offline': 'Fire and flood take the plant’s own copies, ransomware those that are online.',
  'back within the MTD': 'The copies are there; now the recovery must fit into the downtime that can be borne.',
  'nothing unexpected': 'What differs from what was declared is either a mistake in the file or somebody in the plant.',
  'known and written down': 'What is written down can be ranked, and found at 03:00.',
}

/**
 * Findings as a way up for a plant that starts with little and needs years: stage by stage, the gravest class one stage
 * ahead of the next. `classOf`: the class of a finding's subject; null where it has none. Acknowledged findings are left out.
 */
export function wayUp(
  findings: readonly JudgedFinding[],
  classOf: (subject: string) => Class | null,
): readonly WayUpStep[] {
  const groups = new Map<string, { stage: Stage; class: Class | null; findings: JudgedFinding[] }>()
  for (const finding of findings) {
    if (finding.acknowledged !== null) continue
    const stage = stageOfFinding(finding)
    const cls = classOf(finding.subject)
    const key = `${stage} ${cls}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { stage, class: cls, findings: [finding] })
    else group.findings.push(finding)
  }
  const rank = (step: { stage: Stage; class: Class | null }) => {
    const stage = stages.indexOf(step.stage)
    return { wave: stage + classRank(step.class), stage }
  }
  return [...groups.values()]
    .sort(
      (a, b) => rank(a).wave - rank(b).wave || rank(a).stage - rank(b).stage || classRank(a.class) - classRank(b.class),
    )
    .map((group, index) => ({
      ...group,
      number: index + 1,
      title: titleOf(group.stage, group.class, group.findings),
      why: reasons[group.stage],
      remedies: commonRemedies(group.findings),
    }))
}

/** Where no place survives, a place is what is missing, not another interval. */
function stageOfFinding({ code, facts }: JudgedFinding): Stage {
  if (code === 'mtdl-infeasible' && facts.tooLarge === 'no-place') return stageOf['no-surviving-copy']
  return stageOf[code]
}

/** What has no class stands between medium and low: nobody has said that it matters little. */
function classRank(of: Class | null): number {
  return of === null ? classes.indexOf('medium') + 0.5 : classes.indexOf(of)
}

function titleOf(stage: Stage, cls: Class | null, findings: readonly JudgedFinding[]): string {
  const subjects = new Set(findings.map(({ subject }) => subject)).size
  const whom = cls === null ? '' : `class ${cls}, `
  return `${stage[0]?.toUpperCase()}${stage.slice(1)}: ${whom}${subjects} ${subjects === 1 ? 'subject' : 'subjects'}`
}

/** Each remedy once, the most frequent first; those that differ only by their subject for the first of them. */
export function commonRemedies(findings: readonly JudgedFinding[]): readonly string[] {
  const likes = Map.groupBy(findings, ({ remedy, subject }) => remedy.replaceAll(subject, '…'))
  return [...likes.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap(([first, ...others]) => {
      if (first === undefined) return []
      const different = others.some(({ remedy }) => remedy !== first.remedy)
      return [different ? `${first.remedy} (and likewise for ${others.length} more)` : first.remedy]
    })
}
