import { BlackstartError, reasonOf } from '../../errors.ts'
import type { Run } from './run.ts'

/** How a run ends that threw: interrupted where `stopped` has aborted. */
export function endOf(error: unknown, stopped: AbortSignal): Pick<Run, 'outcome' | 'error'> {
  if (stopped.aborted) return { outcome: 'interrupted', error: null }
  const code = error instanceof BlackstartError ? error.code : 'internal'
  return { outcome: 'failed', error: { code, message: reasonOf(error) } }
}
