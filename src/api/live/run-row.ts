import type { Run } from '../../node/runs/run.ts'
import { failureRemedy } from '../../node/views/failure-remedy.ts'
import type { Run as RunRow } from '../schema/run.ts'

export function runRow({ error, ...run }: Run): RunRow {
  return { ...run, error: error === null ? null : { ...error, remedy: failureRemedy(error.code, run.item) } }
}
