import type { VersionRecord } from '../catalog/catalog.ts'
import type { Archive } from './archive.ts'

/**
 * Whether it is known that the node's repository does not hold a version whole: when it was stored, what it shares with
 * earlier ones could not be read back, or a verification has found it so since.
 */
export async function isKnownDamaged(
  { record: { catalog }, site }: Pick<Archive, 'record' | 'site'>,
  { item, seq, read_back }: VersionRecord,
): Promise<boolean> {
  if (read_back === -1) return true
  const [repository] = site.places
  const known = repository === undefined ? undefined : (await catalog.verifications()).get(repository.id)
  if (known === undefined) return false
  return [known.newest, known.readData].some(
    found => found !== null && found.errors > 0 && found.seq > seq && found.behind.has(item),
  )
}
