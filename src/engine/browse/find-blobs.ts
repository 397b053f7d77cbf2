import type { BlobType } from '../pack/pack-header.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { TreeSearch } from './search-tree.ts'
import type { OnDamage, TreeEntry } from './walk-tree.ts'

export interface BlobQuery {
  /** Ids, or beginnings of them. */
  readonly data: readonly string[]
  readonly trees: readonly string[]
  /** Without it a tree that cannot be read is thrown. */
  readonly onDamage?: OnDamage
}

export interface FoundBlob {
  readonly type: BlobType
  readonly id: string
  /** Of the file that it is a part of, or of the folder. */
  readonly path: string
  /** The tree that names it; null for the root of a snapshot. */
  readonly parent: string | null
  readonly snapshot: Snapshot
}

/** Where blobs are used, snapshot by snapshot. */
export async function* findBlobs(
  repository: Repository,
  snapshots: AsyncIterable<Snapshot> | Iterable<Snapshot>,
  { data, trees, onDamage }: BlobQuery,
  signal: AbortSignal,
): AsyncGenerator<FoundBlob> {
  const [isData, isTree] = [wordSet(data), wordSet(trees)]
  const named = ({ content, subtree }: TreeEntry['node']) => [
    ...(subtree !== undefined && isTree(subtree) ? [{ type: 'tree' as const, id: subtree }] : []),
    ...(content ?? []).filter(isData).map(id => ({ type: 'data' as const, id })),
  ]
  const rules = { isHit: ({ node }: TreeEntry) => named(node).length > 0, into: () => true, byPath: false }
  const search = new TreeSearch(repository, onDamage === undefined ? rules : { ...rules, onDamage }, signal)
  for await (const snapshot of snapshots) {
    if (isTree(snapshot.tree)) yield { type: 'tree', id: snapshot.tree, path: '/', parent: null, snapshot }
    for await (const { node, path, tree } of search.tree(snapshot.tree)) {
      for (const blob of named(node)) yield { ...blob, path, parent: tree, snapshot }
    }
  }
}

/** Whether an id begins with one of the words. */
function wordSet(words: readonly string[]): (id: string) => boolean {
  const all = new Set(words)
  const lengths = [...new Set(words.map(word => word.length))]
  return id => lengths.some(length => all.has(id.slice(0, length)))
}
