import type { Run } from '../../node/runs/run.ts'
import { actorParts } from '../../node/views/actor-parts.ts'
import { failureRemedy } from '../../node/views/failure-remedy.ts'
import type { Run as RunRow } from '../schema/run.ts'

/** Names without addresses: from where somebody came is for whoever reads the journal. */
export function runRow({ error, reason, stoppedBy, ...run }: Run): RunRow {
  return {
    ...run,
    reason: reason.kind === 'person' ? { ...reason, name: actorParts(reason.name).name } : reason,
    stoppedBy: stoppedBy === null ? null : actorParts(stoppedBy).name,
    error: error === null ? null : { ...error, remedy: failureRemedy(error, run.item) },
  }
}
