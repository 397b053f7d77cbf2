import { table } from '../../src/cli/table.ts'
import type { Case, StepName } from './cases.ts'
import { type Figures, type JudgedGoal, judgeGoals, median } from './goals.ts'
import type { PeerName } from './peers/all.ts'
import type { Sample } from './run-case.ts'

export interface StepReport {
  readonly case: string
  readonly step: StepName
  readonly peers: Readonly<Partial<Record<PeerName, Figures>>>
  readonly goals: readonly JudgedGoal[]
}

/** Medians for each step and peer, and what they say of the goals. */
export function reportOf(which: Case, samples: readonly Sample[]): StepReport[] {
  return which.steps.map(({ name, goals }) => {
    const ofStep = Map.groupBy(
      samples.filter(({ step }) => step === name),
      ({ peer }) => peer,
    )
    const peers = Object.fromEntries([...ofStep].map(([peer, own]) => [peer, figuresOf(own)]))
    return { case: which.name, step: name, peers, goals: judgeGoals(goals, peers) }
  })
}

function figuresOf(samples: readonly Sample[]): Figures {
  const of = (field: 'wall' | 'cpu' | 'peak' | 'settle' | 'repository') => samples.map(sample => sample[field])
  return {
    wall: median(of('wall')),
    wallFrom: Math.min(...of('wall')),
    wallTo: Math.max(...of('wall')),
    cpu: median(of('cpu')),
    peak: median(of('peak')),
    settle: median(of('settle')),
    repository: median(of('repository')),
  }
}

const columns = [
  ...['', 'peer', 'wall s', 'from–to', '+sync', 'CPU s', 'peak MiB', 'repo MiB'],
  ...['restic÷ wall', 'restic÷ CPU', '÷restic peak', '÷restic repo'],
]

/** Each step with a row for each peer; the last columns compare with restic. */
export function figuresTable(reports: readonly StepReport[]): string {
  const rows = reports.flatMap(({ case: name, step, peers }) =>
    Object.entries(peers).map(([peer, figures], index) => [
      index === 0 ? `${name} ${step}` : '',
      peer,
      ...figureCells(figures),
      ...(peers.restic === undefined ? [] : comparisonCells(figures, peers.restic)),
    ]),
  )
  return table(...rightAligned(columns, rows))
}

/** From the third column on, as numbers want to be read. */
export function rightAligned(head: readonly string[], rows: readonly string[][]): [string[], string[][]] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map(row => row[column]?.length ?? 0)))
  const align = (row: readonly string[]): string[] =>
    row.map((cell, column) => (column < 2 ? cell : cell.padStart(widths[column] ?? 0)))
  return [align(head), rows.map(align)]
}

function figureCells({ wall, wallFrom, wallTo, settle, cpu, peak, repository }: Figures): string[] {
  const span = `${wallFrom.toFixed(2)}–${wallTo.toFixed(2)}`
  return [wall.toFixed(2), span, settle.toFixed(2), cpu.toFixed(2), mebibytes(peak), mebibytes(repository)]
}

function comparisonCells(figures: Figures, restic: Figures): string[] {
  return [
    restic.wall / figures.wall,
    restic.cpu / figures.cpu,
    figures.peak / restic.peak,
    figures.repository / restic.repository,
  ].map((ratio, index) => ratio.toFixed(index === 3 ? 3 : 2))
}

const meanings = {
  wall: 'restic ÷ ours, wall ≥',
  cpu: 'restic ÷ ours, CPU ≥',
  memory: 'ours ÷ restic, peak ≤',
  repository: 'ours ÷ restic, repository ≤',
  copy: 'ours ÷ cp -r, wall ≤',
}

export function goalsTable(reports: readonly StepReport[]): string {
  const rows = reports.flatMap(({ case: name, step, goals }) =>
    goals.map(({ of, limit, value, met }, index) => [
      index === 0 ? `${name} ${step}` : '',
      `${meanings[of]} ${limit}`,
      value.toFixed(of === 'repository' ? 3 : 2),
      met ? 'met' : 'MISSED',
    ]),
  )
  const missed = reports.flatMap(({ goals }) => goals).filter(({ met }) => !met).length
  return `${table(['', 'goal', 'is', ''], rows)}\n${rows.length - missed} goals met, ${missed} missed`
}

/** With a decimal below ten. */
export function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(bytes < 10 * 1024 ** 2 ? 1 : 0)
}
