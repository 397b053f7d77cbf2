import { sweepDefaults } from '../../archive/sweep.ts'
import type { SweepSettings } from '../../archive/sweep-session.ts'
import { programName } from '../program-name.ts'

/** How the node reads; somebody looks on, so results are stored sooner than a sweep's. */
export const runSettings: SweepSettings = {
  backoff: sweepDefaults.backoff,
  sessionWait: sweepDefaults.sessionWait,
  commitEvery: 10_000,
  program: programName,
}
