import type { Run as RunRow } from '../api/schema/run.ts'
import type { SweepResult } from '../archive/sweep-session.ts'
import type { Run } from '../node/runs/run.ts'
import type { SiteNode } from '../node/site-node.ts'
import type { Problem } from '../site/problem.ts'
import { plainLines } from './commands/repo/plain-text.ts'
import type { Output } from './output.ts'
import { bytesText, plural, timeText } from './words.ts'

const words: Readonly<Record<SweepResult['outcome'], string>> = {
  version: 'new version',
  equivalent: 'equivalent version (only volatile bytes differ)',
  confirmed: 'confirmed, unchanged',
  failed: 'FAILED',
}

export function resultLine({ item, outcome, version, bytes, error }: SweepResult): string {
  if (error !== null) return `${item}  FAILED  ${plainLines(error.message)}`
  const stored = outcome === 'confirmed' ? `as ${version}` : `${version}, ${bytesText(bytes)}`
  return `${item}  ${words[outcome]}  ${stored}`
}

/** What came out of a capture that has ended. */
export function resultOf({ item, outcome, version, error, progress, stoppedBy }: Run | RunRow): SweepResult {
  if (outcome === 'version' || outcome === 'equivalent' || outcome === 'confirmed') {
    return { item, outcome, version, bytes: progress.bytes, error: null }
  }
  const how = stoppedBy === null ? 'the capture was interrupted' : `${stoppedBy} stopped the capture`
  const interrupted = { code: 'interrupted', message: `${item}: ${how}; nothing of it is kept.` }
  const told = error === null ? interrupted : { code: error.code, message: error.message }
  return { item, outcome: 'failed', version: null, bytes: 0, error: told }
}

/** Says what the node does: what changed and what failed as lines, what goes on as the live line. */
export function tellRuns(node: SiteNode, out: Output): Disposable {
  const clock = () => timeText(node.now().toISOString(), node.site().site.timezone).slice(11)
  const tellDamage = (message: string) => out.line(`${clock()}  DAMAGED  ${plainLines(message)}`)
  const broken = node.integrity()
  if (broken !== null) tellDamage(broken)
  let isRefused = node.site().refused !== null
  const tellSite = () => {
    const { refused } = node.site()
    if (isRefused === (refused !== null)) return
    isRefused = refused !== null
    out.line(`${clock()}  ${refused === null ? 'site.yaml is in force again' : refusedLine(refused.problems)}`)
  }
  return node.subscribe(event => {
    if (event.type === 'integrity') tellDamage(event.message)
    if (event.type === 'site') tellSite()
    if (event.type !== 'run') return
    const { item, does, state, outcome, version, error } = event.run
    if (state === 'reading') out.live(`${clock()}  ${item} …`)
    if (state !== 'ended' || outcome === 'interrupted') return
    if (does === 'write') {
      out.line(
        `${clock()}  ${item}  ${error === null ? `written to the device: ${version}` : `NOT WRITTEN  ${plainLines(error.message)}`}`,
      )
    } else if (outcome === 'confirmed') out.live(`${clock()}  ${resultLine(resultOf(event.run))}`)
    else out.line(`${clock()}  ${resultLine(resultOf(event.run))}`)
  })
}

function refusedLine(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const [first] = errors
  const where = first === undefined ? '' : `, the first in line ${first.line}: ${plainLines(first.message)}`
  return `INVALID  site.yaml has ${plural(errors.length, 'error')}${where}. The definition before it stays in force.`
}
