import type { Archive } from '../archive/archive.ts'
import { type ArchiveReport, verifyArchive } from '../archive/verify-archive.ts'
import { type PlaceReport, verifyPlace } from '../archive/verify-place.ts'
import type { CheckProgress } from '../engine/check.ts'
import { openRepository, type Repository } from '../engine/repository.ts'
import type { Place } from '../site/site.ts'
import { placeBackend } from './open-site.ts'
import { readPassword } from './read-password.ts'

export interface SiteVerification {
  /** Every byte is read; else the structure only. */
  readonly readData: boolean
  /** `place`: null for the repository itself. */
  readonly onProgress: (place: string | null, progress: CheckProgress) => void
}

export interface SiteReport extends Omit<ArchiveReport, 'place'> {
  /** In the order of the site file: the repository's own first. */
  readonly places: readonly PlaceReport[]
}

/**
 * Verifies the repository, the versions in it, the journal, and every other place that can be reached; each place's result is
 * written into the journal. Nothing else is looked at with a journal that is broken: what a place should hold is not known then.
 */
export async function verifySite(
  archive: Archive,
  { readData, onProgress }: SiteVerification,
  signal: AbortSignal,
): Promise<SiteReport> {
  const checking = (place: string | null) => ({
    readData,
    onProgress: (progress: CheckProgress) => onProgress(place, progress),
  })
  const { place, ...report } = await verifyArchive(archive, checking(null), signal)
  const others = report.journal.problem === null ? archive.site.places.slice(1) : []
  const places = [place]
  if (others.length > 0) {
    const open = await placeOpener(archive, signal)
    for (const other of others) places.push(await verifyPlace(archive, other, open, checking(other.id), signal))
  }
  return { ...report, places, sound: report.sound && places.every(({ errors }) => errors === 0) }
}

/** Opens the repository of a place with the node's password: each time anew, so that nothing is believed that was read before. */
export async function placeOpener(
  { folder, paths }: Pick<Archive, 'folder' | 'paths'>,
  signal: AbortSignal,
): Promise<(place: Place) => Promise<Repository>> {
  const password = await readPassword(process.env.BLACKSTART_PASSWORD_FILE ?? paths.key)
  return place => openRepository(placeBackend(folder, place), password, {}, signal)
}
