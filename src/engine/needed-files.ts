import { BlackstartError } from '../errors.ts'
import type { BlobIndex } from './index/blob-index.ts'
import type { BlobType } from './pack/pack-header.ts'
import type { Repository } from './repository.ts'

export interface NeededFiles {
  readonly packs: readonly string[]
  readonly indexes: readonly string[]
  readonly snapshots: readonly string[]
}

/**
 * The repository files that restoring these snapshots takes, besides `config` and a key. Throws `integrity` where a blob
 * is in no index, or a tree cannot be read.
 */
export async function neededFiles(
  repository: Repository,
  snapshotIds: readonly string[],
  signal: AbortSignal,
): Promise<NeededFiles> {
  const snapshots = await Promise.all(snapshotIds.map(id => repository.snapshot(id, signal)))
  const index = await repository.refresh(signal)
  const packs = new Set<string>()
  const seen = new Set<string>()
  const queue = snapshots.map(snapshot => snapshot.tree)
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    packs.add(packOf(index, 'tree', id))
    for (const { subtree, content } of await repository.tree(id, signal)) {
      if (subtree !== undefined) queue.push(subtree)
      for (const blob of content ?? []) packs.add(packOf(index, 'data', blob))
    }
  }
  return { packs: [...packs].sort(), indexes: indexesOf(index, packs), snapshots: [...new Set(snapshotIds)] }
}

function packOf(index: BlobIndex, type: BlobType, id: string): string {
  const place = index.find(type, id)
  if (place !== null) return place.pack
  throw new BlackstartError(
    'integrity',
    `${type} blob ${id} is in no index: a file of index/ is missing. Bring it back from another copy.`,
    {
      facts: { file: 'index/', kind: 'index', blob: id },
    },
  )
}

/** One index file for each pack; where several list it, one that is needed anyway. */
function indexesOf(index: BlobIndex, packs: ReadonlySet<string>): string[] {
  const needed = new Set<string>()
  for (const pack of packs) {
    const lists = index.packs.get(pack)?.indexes ?? []
    if (!lists.some(name => needed.has(name))) for (const name of lists.slice(0, 1)) needed.add(name)
  }
  return [...needed].sort()
}
