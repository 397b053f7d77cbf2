import { type BlobIndex, plainBytes } from '../index/blob-index.ts'
import type { Repository } from '../repository.ts'
import { compareBytes } from '../tree/byte-string.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { CountedBlobs } from './counted-blobs.ts'
import { sameMetadata } from './same-metadata.ts'
import { TreesAhead } from './trees-ahead.ts'
import { childPath, type OnDamage, readOrTell, type TreeEntry, walkTree } from './walk-tree.ts'

export interface TreeChange {
  /** A folder's ends in `/`. */
  readonly path: string
  /**
   * restic's marks: `+` added, `-` removed, `M` content, `U` metadata, `T` another type, `?` other content while all
   * metadata is the same, as bit rot leaves it. Several may stand together.
   */
  readonly modifier: string
}

export interface DiffOptions {
  /** Tells changes of metadata alone too. */
  readonly metadata?: boolean
  /** Called for each change, in the order of their paths; the next one waits for its promise. */
  readonly onChange: (change: TreeChange) => void | Promise<void>
  readonly onDamage?: OnDamage
}

export interface DiffCounts {
  readonly files: number
  readonly folders: number
  readonly others: number
  readonly dataBlobs: number
  readonly treeBlobs: number
  /** Plain, of the blobs. */
  readonly bytes: number
}

export interface DiffStatistics {
  /** Files of which the content is another one. */
  readonly changedFiles: number
  readonly added: DiffCounts
  readonly removed: DiffCounts
  /** Blobs that no index knows: the repository is damaged, and they are not counted. */
  readonly unknownBlobs: number
}

/** What is different in the second tree. Memory beside the index: three bits for each blob in it. */
export async function diffTrees(
  repository: Repository,
  before: string,
  after: string,
  options: DiffOptions,
  signal: AbortSignal,
): Promise<DiffStatistics> {
  const run = await openDiff(repository, options, signal)
  run.sides.removed.blobs.add('tree', before)
  run.sides.added.blobs.add('tree', after)
  await diffFolders(run, '/', before, after)
  const { removed, added } = run.sides
  return {
    changedFiles: run.changedFiles,
    ...{ removed: countsOf(run, removed, added), added: countsOf(run, added, removed) },
    unknownBlobs: removed.blobs.unknown + added.blobs.unknown,
  }
}

type SideName = 'removed' | 'added'

interface Side {
  files: number
  folders: number
  others: number
  readonly blobs: CountedBlobs
}

interface DiffRun {
  readonly repository: Repository
  readonly index: BlobIndex
  readonly options: DiffOptions
  readonly signal: AbortSignal
  readonly trees: TreesAhead
  readonly sides: Readonly<Record<SideName, Side>>
  /** Of folders that are the same: neither added nor removed, wherever else they occur. */
  readonly common: CountedBlobs
  /** Folders that went into it. */
  readonly collected: CountedBlobs
  changedFiles: number
}

async function openDiff(repository: Repository, options: DiffOptions, signal: AbortSignal): Promise<DiffRun> {
  const index = await repository.refresh(signal)
  const side = (): Side => ({ files: 0, folders: 0, others: 0, blobs: new CountedBlobs(index) })
  return {
    ...{ repository, index, options, signal, trees: new TreesAhead(repository, signal) },
    ...{ sides: { removed: side(), added: side() }, changedFiles: 0 },
    ...{ common: new CountedBlobs(index), collected: new CountedBlobs(index) },
  }
}

async function diffFolders(run: DiffRun, folder: string, before: string, after: string): Promise<void> {
  const { trees, options, sides } = run
  trees.expect([before, after])
  const nodesBefore = await readOrTell(trees, before, folder, options.onDamage)
  const nodesAfter = await readOrTell(trees, after, folder, options.onDamage)
  for (const [one, other] of pairs(nodesBefore, nodesAfter)) {
    run.signal.throwIfAborted()
    if (one !== null) sides.removed.blobs.addNode(one)
    if (other !== null) sides.added.blobs.addNode(other)
    if (one !== null && other !== null) await diffEntries(run, folder, one, other)
    else if (one !== null) await oneSided(run, 'removed', folder, one)
    else if (other !== null) await oneSided(run, 'added', folder, other)
  }
}

async function diffEntries(run: DiffRun, folder: string, one: TreeNode, other: TreeNode): Promise<void> {
  const path = childPath(folder, other.name)
  const modifier = modifierOf(one, other, run.options.metadata === true)
  if (modifier.includes('M')) run.changedFiles += 1
  if (modifier !== '') await run.options.onChange({ path: shown(path, other), modifier })
  if (one.subtree === undefined || other.subtree === undefined) return
  if (one.subtree === other.subtree) await collect(run, one.subtree, path)
  else await diffFolders(run, path, one.subtree, other.subtree)
}

function modifierOf(one: TreeNode, other: TreeNode, metadata: boolean): string {
  const type = one.type === other.type ? '' : 'T'
  const files = one.type === 'file' && other.type === 'file'
  if (files && !sameContent(one, other)) {
    return sameMetadata({ ...one, content: null }, { ...other, content: null }) ? 'M?' : 'M'
  }
  return metadata && !sameMetadata(one, other) ? `${type}U` : type
}

function sameContent({ content: one }: TreeNode, { content: other }: TreeNode): boolean {
  if (one === null || other === null) return one === other
  return one.length === other.length && one.every((id, i) => id === other[i])
}

/** An entry that is on one side only, with all that is below it. */
async function oneSided(run: DiffRun, name: SideName, folder: string, node: TreeNode): Promise<void> {
  const path = childPath(folder, node.name)
  const tell = async (path: string, node: TreeNode) => {
    const kind = node.type === 'file' ? 'files' : node.type === 'dir' ? 'folders' : 'others'
    run.sides[name][kind] += 1
    await run.options.onChange({ path: shown(path, node), modifier: name === 'added' ? '+' : '-' })
  }
  await tell(path, node)
  if (node.subtree === undefined) return
  for await (const entry of walkTree(run.repository, node.subtree, walkFrom(run, path), run.signal)) {
    run.sides[name].blobs.addNode(entry.node)
    await tell(entry.path, entry.node)
  }
}

async function collect(run: DiffRun, tree: string, path: string): Promise<void> {
  const into = ({ node }: TreeEntry) => node.subtree !== undefined && !run.collected.holds('tree', node.subtree)
  if (run.collected.holds('tree', tree)) return
  for await (const entry of walkTree(run.repository, tree, { ...walkFrom(run, path), into }, run.signal)) {
    run.collected.add('tree', entry.tree)
    run.common.addNode(entry.node)
  }
}

function walkFrom({ options: { onDamage } }: DiffRun, from: string) {
  return { from, ...(onDamage === undefined ? {} : { onDamage }) }
}

function countsOf({ index, common }: DiffRun, side: Side, opposite: Side): DiffCounts {
  const counts = { files: side.files, folders: side.folders, others: side.others, dataBlobs: 0, treeBlobs: 0, bytes: 0 }
  for (let number = 0; number < index.entries; number += 1) {
    if (!side.blobs.has(number) || opposite.blobs.has(number) || common.has(number)) continue
    const place = index.location(number)
    if (place.type === 'data') counts.dataBlobs += 1
    else counts.treeBlobs += 1
    counts.bytes += plainBytes(place)
  }
  return counts
}

/** Entries of the same name together; both lists are ordered by the bytes of their names. */
function* pairs(
  before: readonly TreeNode[],
  after: readonly TreeNode[],
): Generator<readonly [TreeNode | null, TreeNode | null]> {
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const [one, other] = [before[i] ?? null, after[j] ?? null]
    const order = one === null ? 1 : other === null ? -1 : compareBytes(one.name, other.name)
    yield [order <= 0 ? one : null, order >= 0 ? other : null]
    if (order <= 0) i += 1
    if (order >= 0) j += 1
  }
}

function shown(path: string, node: TreeNode): string {
  return node.type === 'dir' ? `${path}/` : path
}
