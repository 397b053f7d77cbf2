import type { Archive } from './archive.ts'
import { commitSession } from './commit-session.ts'

/** What a verification of a place found. */
export interface Verification {
  readonly place: string
  /** Every byte was read; else the structure only. */
  readonly readData: boolean
  readonly errors: number
  /** Every version that the place holds and that nothing is wrong with, as `versionKey` writes it. */
  readonly held: ReadonlySet<string>
}

/** By item, where a place does not hold the newest version sound: the newest that it does; null for none. */
export type Behind = Readonly<Record<string, string | null>>

export function versionKey(item: string, version: string): string {
  return `${item}@${version}`
}

/**
 * Records a verification in the journal, while nobody can record a version: what was captured while the place was being
 * read is behind. Returns what the place lacks.
 */
export async function recordVerification(
  archive: Pick<Archive, 'record' | 'paths'>,
  { place, readData, errors, held }: Verification,
  signal: AbortSignal,
): Promise<Behind> {
  await using _alone = await commitSession(archive, signal)
  await archive.record.follow()
  const behind = await missingFrom(archive, held)
  const event = { type: 'verified', place, readData, errors, versions: held.size, behind } as const
  await archive.record.add([event], signal)
  return behind
}

/** What of the newest versions is not among those that are held. */
export async function missingFrom(
  { record: { catalog } }: Pick<Archive, 'record'>,
  held: ReadonlySet<string>,
): Promise<Behind> {
  const items = await catalog.knownItems()
  const newest = await catalog.newestBefore(items, Number.MAX_SAFE_INTEGER)
  const behind: Record<string, string | null> = {}
  for (const { item, id } of newest.values()) {
    if (held.has(versionKey(item, id))) continue
    const older = (await catalog.versions(item)).findLast(version => held.has(versionKey(item, version.id)))
    behind[item] = older?.id ?? null
  }
  return behind
}
