import { refuseNames } from '../../files/safe-name.ts'
import type { Repository } from '../../repository.ts'
import type { TreeNode } from '../../tree/tree-node.ts'
import { atOnce } from '../at-once.ts'
import { walkTree } from '../walk-tree.ts'
import { type ArchiveEntry, exactly } from './archive-entry.ts'
import { tarArchive } from './tar-archive.ts'
import { zipArchive } from './zip-archive.ts'

export const archiveFormats = ['tar', 'zip'] as const
export type ArchiveFormat = (typeof archiveFormats)[number]

/** Blobs of a file that are read ahead: 8 MiB each at most. */
const mostAhead = 8

/** The content of a file, in pieces of up to 8 MiB, each verified before it is given out. */
export async function* dumpFile(
  repository: Repository,
  node: TreeNode,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const most = Math.min(repository.backend.atOnce, mostAhead)
  yield* atOnce(node.content ?? [], most, id => repository.blob('data', id, signal))
}

export interface DumpOptions {
  readonly format: ArchiveFormat
  /** Where the tree lies in the archive, as `/etc`; by default at its root. */
  readonly path?: string
  /** Called for what the format cannot hold. */
  readonly onSkip?: (path: string, node: TreeNode) => void
}

/** What is in a folder, as an archive, in pieces of up to 8 MiB. Damage ends it with `integrity`. */
export async function* dumpFolder(
  repository: Repository,
  tree: string,
  { format, path = '/', onSkip = () => undefined }: DumpOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const entries = archiveEntries(repository, tree, path, signal)
  yield* format === 'tar' ? tarArchive(entries, onSkip) : zipArchive(entries, onSkip)
}

async function* archiveEntries(
  repository: Repository,
  tree: string,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<ArchiveEntry> {
  // whoever unpacks it need not be as careful as a restore
  const inspect = (nodes: readonly TreeNode[], id: string): void => refuseNames(nodes, id, 'linux')
  for await (const entry of walkTree(repository, tree, { from, inspect }, signal)) {
    const { node } = entry
    const path = entry.path.slice(1)
    yield { path, node, content: () => exactly(node.size ?? 0, path, dumpFile(repository, node, signal)) }
  }
}
