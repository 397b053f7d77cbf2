import type { Path } from './problem.ts'

/** A problem whose place in the text is not looked up yet. */
export interface Complaint {
  readonly path: Path
  readonly of: 'key' | 'value'
  readonly message: string
  readonly allowed: string | null
  /** An error where it is left out. */
  readonly severity?: 'error' | 'warning'
}
