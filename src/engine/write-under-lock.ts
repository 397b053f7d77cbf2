import type { Backend, FileKind } from '../storage/backend.ts'
import type { RepositoryLock } from './lock/repository-lock.ts'
import { readBack } from './read-back.ts'
import type { SealedFile } from './unpacked.ts'

/** Milliseconds. */
const takeAwayWithin = 60_000

/**
 * Writes index or snapshot files, and reads them back. They depend on what the lock keeps from being pruned: where it was lost
 * meanwhile, as on a machine that slept, they are taken away again, and what `lost` holds is thrown.
 */
export async function writeUnderLock(
  { backend }: { readonly backend: Backend },
  lock: RepositoryLock,
  kind: 'index' | 'snapshot',
  files: readonly SealedFile[],
  signal: AbortSignal,
): Promise<void> {
  const end = AbortSignal.any([signal, lock.lost])
  await lock.assertThere(end)
  const write = async ({ name, bytes }: SealedFile): Promise<void> => {
    await backend.write(kind, name, [bytes], end)
    await readBack(backend, kind, name, end)
  }
  try {
    const results = await Promise.allSettled(files.map(write))
    for (const result of results) if (result.status === 'rejected') throw result.reason
    await lock.assertThere(end)
  } catch (error) {
    if (lock.lost.aborted) await takeAway(backend, kind, files)
    throw error
  }
}

/** As far as that goes: what stays names packs that may be gone, which `check` tells. */
async function takeAway(backend: Backend, kind: FileKind, files: readonly SealedFile[]): Promise<void> {
  const signal = AbortSignal.timeout(takeAwayWithin)
  await Promise.allSettled(files.map(({ name }) => backend.remove(kind, name, signal)))
}
