import type { Archive } from '../../archive/archive.ts'
import { BlackstartError } from '../../errors.ts'
import { gatherRecoveryFacts } from '../../recover/gather-recovery-facts.ts'
import { planRecovery, unknownSteps } from '../../recover/plan-recovery.ts'
import type { JudgedSite } from '../judge-site.ts'
import { writeBackOf } from './item-detail.ts'

/** In which order a process, or each one, is restored, with measured times. Throws `not-found`. */
export async function recoveryPlan(archive: Archive, { site, index }: JudgedSite, process: string | undefined) {
  const chosen = site.processes.filter(({ id }) => process === undefined || id === process)
  if (process !== undefined && chosen.length === 0) {
    throw new BlackstartError('not-found', `site.yaml has no process ${process}.`)
  }
  // of a site with thousands of items, what is needed
  const assets = process === undefined ? site.assets : (index.needsOf.get(process)?.assets ?? [])
  const facts = await gatherRecoveryFacts({ assets }, archive.record, via => writeBackOf(archive, via))
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
