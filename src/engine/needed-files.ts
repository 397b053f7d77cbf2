import type { FileKind } from '../storage/backend.ts'
import { layoutPath } from '../storage/layout.ts'
import { atOnce } from './browse/at-once.ts'
import { lostBlob } from './check/lost-blob.ts'
import { treeReferences } from './check/tree-references.ts'
import { type TreePlace, type TreeRead, walkTrees } from './check/walk-trees.ts'
import { damaged } from './damage.ts'
import type { BlobIndex } from './index/blob-index.ts'
import { PackClosures } from './needed/pack-closures.ts'
import type { BlobType } from './pack/pack-header.ts'
import { EntrySet } from './prune/entry-set.ts'
import type { Repository } from './repository.ts'

/** Files of a repository; what is needed beside them are `config` and a key. */
export interface NeededFiles {
  readonly packs: readonly string[]
  readonly indexes: readonly string[]
  readonly snapshots: readonly string[]
}

/**
 * The files that restoring these snapshots takes. Throws `integrity` where a blob is in no index, or a tree cannot be read.
 * Memory beside the index: a bit for each blob, and the names of the packs.
 */
export async function neededFiles(
  repository: Repository,
  snapshotIds: Iterable<string>,
  signal: AbortSignal,
): Promise<NeededFiles> {
  const snapshots = new Set(snapshotIds)
  const read = async (id: string): Promise<TreePlace> => {
    return { id: (await repository.snapshot(id, signal)).tree, path: '/', snapshot: id }
  }
  // before the index: an index is written before its snapshots
  const roots = await Array.fromAsync(atOnce(snapshots, repository.backend.atOnce, read))
  const index = await repository.refresh(signal)
  const packs = new Set<string>()
  const take = (type: BlobType, id: string, snapshot: string): void => {
    const place = index.find(type, id)
    if (place === null) throw lostBlob(repository.backend.location, type, id, snapshot)
    packs.add(place.pack)
  }
  const visit = ({ id, path, snapshot }: TreePlace, tree: TreeRead): TreePlace[] => {
    take('tree', id, snapshot)
    const references = Buffer.isBuffer(tree) ? treeReferences(tree) : null
    if (references === null) throw Buffer.isBuffer(tree) ? noTree(repository, index, id) : tree
    for (const blob of references.data) take('data', blob, snapshot)
    return references.trees.map(below => ({ id: below, path, snapshot }))
  }
  await walkTrees(repository, index, roots, new EntrySet(index.entries), visit, signal)
  return { packs: [...packs].sort(), indexes: indexesOf(index, packs), snapshots: [...snapshots] }
}

/**
 * The files that each of these snapshots takes by itself, in their order. What snapshots share is followed once, as long as
 * 64 MB of it are not exceeded.
 */
export async function* neededFilesOfEach(
  repository: Repository,
  snapshotIds: AsyncIterable<string> | Iterable<string>,
  signal: AbortSignal,
): AsyncGenerator<NeededFiles> {
  let index: BlobIndex | null = null
  let closures: PackClosures | null = null
  for await (const { id, tree } of atOnce(snapshotIds, repository.backend.atOnce, id =>
    repository.snapshot(id, signal),
  )) {
    if (index === null || closures === null || !index.has('tree', tree)) {
      index = await repository.refresh(signal)
      closures = new PackClosures(repository, index)
    }
    const packs = await closures.below(tree, id, signal)
    yield { packs: packs.sort(), indexes: indexesOf(index, packs), snapshots: [id] }
  }
}

/** Those of the files that are not there; nothing where all are. */
export async function missingFiles(
  { backend }: Repository,
  needed: NeededFiles,
  signal: AbortSignal,
): Promise<readonly { readonly kind: FileKind; readonly file: string }[]> {
  const missing: { kind: FileKind; file: string }[] = []
  for (const [kind, names] of [
    ['snapshot', needed.snapshots],
    ['index', needed.indexes],
    ['pack', needed.packs],
  ] as const) {
    const left = new Set(names)
    if (left.size > 0) for await (const { name } of backend.list(kind, signal)) left.delete(name)
    for (const name of left) missing.push({ kind, file: layoutPath(kind, name) })
  }
  return missing
}

function noTree({ backend }: Repository, index: BlobIndex, id: string): Error {
  const pack = index.find('tree', id)?.pack ?? ''
  return damaged(backend, 'pack', pack, `holds a tree, ${id}, that is no list of files`)
}

/** One index file for each pack; where several list it, one that is needed anyway. */
function indexesOf(index: BlobIndex, packs: Iterable<string>): string[] {
  const needed = new Set<string>()
  for (const pack of packs) {
    const lists = index.packs.get(pack)?.indexes ?? []
    if (!lists.some(name => needed.has(name))) for (const name of lists.slice(0, 1)) needed.add(name)
  }
  return [...needed].sort()
}
