import { BlackstartError } from '../../errors.ts'
import { readBack } from '../read-back.ts'
import type { Repository } from '../repository.ts'
import { encodeSnapshot, type Snapshot } from '../snapshot/snapshot.ts'
import { sealUnpacked } from '../unpacked.ts'

/** Writes a snapshot whose tree the repository has already, reads it back, and returns its id. The repository must be locked. */
export async function saveSnapshot(
  repository: Repository,
  fields: Omit<Snapshot, 'id'>,
  signal: AbortSignal,
): Promise<string> {
  const { backend, key, heldLock } = repository
  if (heldLock === null) {
    throw new BlackstartError('internal', 'A snapshot was to be written to a repository that is not locked.')
  }
  const end = AbortSignal.any([signal, heldLock.lost])
  end.throwIfAborted()
  const { name, bytes } = sealUnpacked(key, encodeSnapshot(fields))
  await backend.write('snapshot', name, [bytes], end)
  await readBack(backend, 'snapshot', name, end)
  return name
}
