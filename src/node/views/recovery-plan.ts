import type { Archive } from '../../archive/archive.ts'
import { BlackstartError } from '../../errors.ts'
import { gatherRecoveryFacts } from '../../recover/gather-recovery-facts.ts'
import { planRecovery, unknownSteps } from '../../recover/plan-recovery.ts'
import type { Process, Site } from '../../site/site.ts'
import type { JudgedSite } from '../judge-site.ts'
import { writeBackOf } from './item-detail.ts'

/** In which order the processes that are named, or all of them, are restored, with measured times. Throws `not-found`. */
export async function recoveryPlan(archive: Archive, { site, index }: JudgedSite, processes: readonly string[]) {
  const chosen = selectProcesses(site, processes)
  // of a site with thousands of items, what is needed
  const needed = new Set(chosen.flatMap(({ id }) => index.needsOf.get(id)?.assets ?? []))
  const facts = await gatherRecoveryFacts({ assets: [...needed] }, archive.record, via => writeBackOf(archive, via))
  return {
    notInTheTimes: unknownSteps,
    processes: chosen.map(one => {
      const { steps, ...plan } = planRecovery(site, one, facts)
      return {
        ...plan,
        steps: steps.map(step => ({ ...step, measuredAt: step.measuredAt?.toString() ?? null })),
      }
    }),
  }
}

/** In the order of the site file; all of them for no names. Throws `not-found`. */
export function selectProcesses(site: Site, names: readonly string[]): readonly Process[] {
  const unknown = names.find(name => !site.processes.some(({ id }) => id === name))
  if (unknown === undefined) return site.processes.filter(({ id }) => names.length === 0 || names.includes(id))
  if (site.processes.length === 0) {
    throw new BlackstartError('not-found', `site.yaml has no process "${unknown}". It names none yet.`)
  }
  const known = site.processes.map(({ id }) => id).join(', ')
  throw new BlackstartError('not-found', `site.yaml has no process "${unknown}". There are ${known}.`)
}
