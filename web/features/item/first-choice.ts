import type { VersionRow } from '../../../src/api/schema/version.ts'

type Row = Pick<VersionRow, 'id' | 'approved' | 'sameAsApproved' | 'unexpected' | 'stored'>

/** Whether the newest version, which is on the device, is what was approved. */
export function holdsApproved([newest]: readonly Row[]): boolean {
  return newest !== undefined && (newest.approved || newest.sameAsApproved === true)
}

/**
 * The version that a write-back begins with, newest first: the approved one where the device differs from it; where none is
 * approved, the newest before the one on the device that is not unexpected, or the only one. Empty where a person has to choose.
 */
export function firstChoice(versions: readonly Row[], approved: string | null): string {
  if (approved !== null) return holdsApproved(versions) ? '' : approved
  const [newest, ...older] = versions
  if (older.length === 0) return newest?.id ?? ''
  const before = older.find(({ stored, unexpected }) => stored && unexpected !== true)
  return before?.id ?? ''
}
