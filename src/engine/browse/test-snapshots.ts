/** Snapshots for tests that look at nothing but the snapshots themselves. */
import { saveSnapshot } from '../edit/save-snapshot.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

const emptyTree = 'ac08ce34ba4f8123618661bef2425f7028ffb9ac740578a3ee88684d2523fee8'

/** Writes them with a tree that the repository need not have. */
export async function writeSnapshots(
  repository: Repository,
  all: readonly (Partial<Snapshot> & Pick<Snapshot, 'time'>)[],
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  await using lock = await repository.lock('shared', signal)
  return await Promise.all(
    all.map(async fields => {
      const whole = { tree: emptyTree, paths: ['/etc'], hostname: 'vm', username: 'root', tags: [], ...fields }
      return { ...whole, id: await saveSnapshot(repository, lock, whole, signal) }
    }),
  )
}
