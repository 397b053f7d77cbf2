import type { VersionRecord } from '../catalog/catalog.ts'
import { refuseUnsafe } from '../engine/files/safe-name.ts'
import type { Snapshot } from '../engine/snapshot/snapshot.ts'
import type { TreeNode } from '../engine/tree/tree-node.ts'
import { BlackstartError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { statOf } from './item-node.ts'
import type { FullStat } from './read-item.ts'

/** An entry of a stored version. */
export interface StoredEntry {
  readonly type: 'file' | 'folder' | 'link'
  /** From the item's root. */
  readonly path: string
  readonly node: TreeNode
  readonly stat: FullStat
}

type Stored = Pick<Archive, 'repository'>
type Named = Pick<VersionRecord, 'item' | 'id' | 'snapshot'>

/** The snapshot of a version. Throws `integrity` where the repository does not hold it any more. */
export async function snapshotOf(archive: Stored, version: Named, signal: AbortSignal): Promise<Snapshot> {
  try {
    if (version.snapshot !== null) return await archive.repository.snapshot(version.snapshot, signal)
  } catch (error) {
    if (!(error instanceof BlackstartError) || error.code !== 'not-found') throw error
  }
  throw new BlackstartError(
    'integrity',
    `${version.item}@${version.id} is not in the repository any more. If it was moved or rewritten with restic, run: blackstart catalog rebuild`,
    { facts: { item: version.item, version: version.id, snapshot: version.snapshot } },
  )
}

/** Every entry of a version, parents before children, in the order of their names. */
export async function* versionEntries(
  archive: Stored,
  version: Named,
  signal: AbortSignal,
): AsyncIterable<StoredEntry> {
  const snapshot = await snapshotOf(archive, version, signal)
  const root = await archive.repository.find(snapshot, `/${version.item}`, signal)
  if (root?.subtree === undefined) {
    throw new BlackstartError(
      'integrity',
      `${version.item}@${version.id}: its snapshot lacks the folder /${version.item}.`,
      {
        facts: { snapshot: snapshot.id },
      },
    )
  }
  yield* walk(archive, root.subtree, '', signal)
}

async function* walk(archive: Stored, tree: string, base: string, signal: AbortSignal): AsyncIterable<StoredEntry> {
  for (const node of await archive.repository.tree(tree, signal)) {
    signal.throwIfAborted()
    refuseUnsafe(node.name, tree)
    const path = base === '' ? node.name : `${base}/${node.name}`
    if (node.type === 'dir') {
      yield { type: 'folder', path, node, stat: statOf(node) }
      if (node.subtree !== undefined) yield* walk(archive, node.subtree, path, signal)
    } else if (node.type === 'symlink') yield { type: 'link', path, node, stat: statOf(node) }
    else if (node.type === 'file') yield { type: 'file', path, node, stat: statOf(node) }
  }
}

/** The content of one file of a version. Throws `not-found` where it has no such file. */
export async function* openStoredFile(
  archive: Stored,
  version: Named,
  path: string,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const snapshot = await snapshotOf(archive, version, signal)
  const node = await archive.repository.find(snapshot, `/${version.item}/${path}`, signal)
  if (node?.type !== 'file') {
    throw new BlackstartError(
      'not-found',
      `${version.item}@${version.id} has no file "${path}". See: blackstart show ${version.item}@${version.id}`,
    )
  }
  yield* archive.repository.file(node, signal)
}
