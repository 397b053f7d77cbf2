import { findVersion } from '../archive/find-version.ts'
import type { SiteRecord } from '../archive/record.ts'

export type StoredVersion = Awaited<ReturnType<typeof findVersion>>

/** Why a version is the one: an engineer declared it right, it is the newest there is, or somebody named it. */
export type Choice = 'approved' | 'latest' | 'named'

export interface RecoveryVersion {
  readonly version: StoredVersion
  readonly choice: Choice
}

/**
 * The version that a recovery brings back: the approved one where there is one, for a drifted device is not what anybody
 * wants back; else the latest. `which` names another one. Throws `not-found`.
 */
export async function recoveryVersion(
  record: SiteRecord,
  item: string,
  which: string | null,
): Promise<RecoveryVersion> {
  if (which !== null) return { version: await findVersion(record, item, which), choice: named(which) }
  const choice = (await record.catalog.approval(item)) === null ? 'latest' : 'approved'
  return { version: await findVersion(record, item, choice), choice }
}

function named(which: string): Choice {
  return which === 'approved' || which === 'latest' ? which : 'named'
}
