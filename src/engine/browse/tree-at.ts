import { BlackstartError } from '../../errors.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'

/** The id of the tree of a folder of a snapshot; `/` is its root. Throws `not-found` where there is no such folder. */
export async function treeAt(
  repository: Repository,
  snapshot: Snapshot,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  if (path.split('/').every(name => name === '')) return snapshot.tree
  const node = await repository.find(snapshot, path, signal)
  if (node?.subtree !== undefined) return node.subtree
  const what = node === null ? `has no ${path}` : `has ${path}, but that is no folder`
  throw new BlackstartError('not-found', `Snapshot ${snapshot.id.slice(0, 8)} ${what}.`, {
    facts: { snapshot: snapshot.id, path },
  })
}
