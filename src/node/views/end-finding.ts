import type { Archive } from '../../archive/archive.ts'
import { endAcknowledgement, type FindingName } from '../../archive/decide.ts'

/** A finding is borne no more. Throws `not-found` where it was not. */
export async function endFinding(
  { record }: Archive,
  { code, subject, reason }: FindingName & { readonly reason: string },
  signal: AbortSignal,
): Promise<void> {
  await endAcknowledgement(record, { code, subject }, reason, signal)
}
