import { BlackstartError } from '../../errors.ts'
import type { Backend } from '../../storage/backend.ts'
import { soundSnapshots } from '../check/check-files.ts'
import { isDamage, type Problem, problemOf } from '../check/problem.ts'
import { isUnsafe } from '../files/safe-name.ts'
import { type BlobIndex, plainBytes } from '../index/blob-index.ts'
import type { LockWait } from '../lock/repository-lock.ts'
import { EntrySet } from '../prune/entry-set.ts'
import { removeFiles } from '../prune/remove-files.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { openWriter, type Writer } from '../writer.ts'
import { readPackHeader } from './read-pack-header.ts'
import { repairWait } from './repair-wait.ts'

export interface RepairSnapshotsOptions {
  /** Full ids; by default all. */
  readonly snapshots?: readonly string[]
  /** Removes what was repaired, and what cannot be read at all. */
  readonly forget?: boolean
  readonly dryRun?: boolean
  /** How long to wait for others that use the repository; by default ten minutes. */
  readonly lockWait?: LockWait
  /** Called for each file and folder of which something is lost, in every snapshot that has it. */
  readonly onChange?: (change: SnapshotChange) => void
}

export interface SnapshotChange {
  readonly snapshot: string
  readonly path: string
  /** What is done, to end the sentence "it …". */
  readonly what: string
}

export interface ChangedSnapshot {
  readonly before: string
  /** Null where nothing is left, and in a dry run. */
  readonly after: string | null
  /** The tree of its root cannot be read. */
  readonly nothingLeft: boolean
}

export interface RepairSnapshotsReport {
  readonly changed: readonly ChangedSnapshot[]
  /** Snapshot files that cannot be read. */
  readonly unreadable: readonly Problem[]
  /** Snapshots; in a dry run those that would be. */
  readonly removed: number
}

/** The tag of snapshots that lost something, where the one before stays: restic's. */
export const repairedTag = 'repaired'

/**
 * Writes snapshots anew without what is lost, as restic does: a folder whose tree cannot be read becomes empty, a file
 * keeps the blobs that an index knows, an entry whose name no restore takes is left out. Locks the repository exclusively. Throws
 * `refused` where `repairIndex` would bring back what seems lost: where the index names packs that are gone, or something is
 * lost while there are packs that no index names.
 */
export async function repairSnapshots(
  repository: Repository,
  options: RepairSnapshotsOptions,
  signal: AbortSignal,
): Promise<RepairSnapshotsReport> {
  await using lock = await repository.lockWithin('exclusive', options.lockWait ?? repairWait, signal)
  const end = AbortSignal.any([signal, lock.lost])
  repository.readThrough()
  const unreadable: BlackstartError[] = []
  const names = options.snapshots ?? (await namesOf(repository, end))
  const changed: ChangedSnapshot[] = []
  const index = await repository.refresh(end)
  const unlisted = await comparePacks(repository, index, end)
  await using writer = await openWriter(repository, lock, end)
  const onLoss = once(() => refuseUnlisted(repository, unlisted, end))
  const rewriter = new Rewriter(repository, options.dryRun ? null : writer, index, { ...options, onLoss })
  const report = (error: unknown): void => void unreadable.push(error as BlackstartError)
  for await (const snapshot of soundSnapshots(repository, names, report, end)) {
    const tree = await rewriter.root(snapshot, end)
    if (tree === snapshot.tree) continue
    const after = tree === null || options.dryRun ? null : writer.addSnapshot(rewritten(snapshot, tree, options))
    changed.push({ before: snapshot.id, after, nothingLeft: tree === null })
  }
  await writer.commit(end)
  const unread = unreadable.map(error => String(error.facts.name))
  const toRemove = options.forget ? [...changed.map(({ before }) => before), ...unread] : []
  if (!options.dryRun) await removeFiles(repository, 'snapshot', toRemove, lock, () => undefined, end)
  const problems = unreadable.map(error => problemOf(repository.backend, error))
  return { changed, unreadable: problems, removed: toRemove.length }
}

async function namesOf({ backend }: Repository, signal: AbortSignal): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of backend.list('snapshot', signal)) names.push(name)
  return names
}

/** Names of packs, with their bytes, that no index names. Throws where it names one that is gone. */
async function comparePacks(
  { backend }: Repository,
  index: BlobIndex,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const unlisted = new Map<string, number>()
  let listed = 0
  for await (const { name, bytes } of backend.list('pack', signal)) {
    if (index.packs.has(name)) listed += 1
    else unlisted.set(name, bytes)
  }
  const gone = index.packs.size - listed
  if (gone > 0) throw indexFirst(backend, `the index names packs that are gone (${gone})`)
  return unlisted
}

/** A pack whose header cannot be read is none that the index could name. */
async function refuseUnlisted(
  repository: Repository,
  unlisted: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, bytes] of unlisted) {
    try {
      await readPackHeader(repository, name, bytes, signal)
    } catch (error) {
      if (isDamage(error)) continue
      throw error
    }
    throw indexFirst(repository.backend, `what seems lost may be in packs that no index names (${unlisted.size})`)
  }
}

function indexFirst({ location }: Backend, why: string): BlackstartError {
  const message = `${location}: ${why}. Run repair index first, and repair packs where it says so.`
  return new BlackstartError('refused', message, { facts: { location } })
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => {
    running ??= action()
    return running
  }
}

function rewritten(snapshot: Snapshot, tree: string, { forget }: RepairSnapshotsOptions): Omit<Snapshot, 'id'> {
  const { id, ...fields } = snapshot
  const tags = forget ? snapshot.tags : [...new Set([...snapshot.tags, repairedTag])]
  return { ...fields, tree, original: id, tags }
}

/** Something that a tree has lost, itself or in a tree below. */
interface Loss {
  readonly name: string
  /** What is done, to end the sentence "it …"; or the id of the tree that was replaced. */
  readonly at: { readonly what: string } | { readonly tree: string }
}

interface Replaced {
  /** Null for a tree that cannot be read. */
  readonly tree: string | null
  readonly losses: readonly Loss[]
}

interface RewriterOptions extends Pick<RepairSnapshotsOptions, 'onChange'> {
  /** Called before anything is written that has lost something. */
  readonly onLoss: () => Promise<void>
}

/** Looks at each tree once. */
class Rewriter {
  readonly #repository: Repository
  readonly #writer: Writer | null
  readonly #index: BlobIndex
  readonly #options: RewriterOptions
  /** Trees of which nothing is lost. */
  readonly #whole: EntrySet
  /** What the others have become. */
  readonly #replaced = new Map<string, Replaced>()

  /** Without a writer nothing is stored. */
  constructor(repository: Repository, writer: Writer | null, index: BlobIndex, options: RewriterOptions) {
    this.#repository = repository
    this.#writer = writer
    this.#index = index
    this.#options = options
    this.#whole = new EntrySet(index.entries)
  }

  /** The tree that takes the place of the snapshot's; null where that cannot be read. Tells what is lost. */
  async root(snapshot: Snapshot, signal: AbortSignal): Promise<string | null> {
    const tree = await this.#tree(snapshot.tree, signal)
    if (tree === null) this.#tell(snapshot.id, '/', 'cannot be read: nothing of the snapshot is left')
    this.#tellLosses(snapshot.id, snapshot.tree, '')
    return tree
  }

  async #tree(id: string, signal: AbortSignal): Promise<string | null> {
    const entry = this.#index.numberOf('tree', id)
    if (this.#whole.has(entry)) return id
    const before = this.#replaced.get(id)
    if (before !== undefined) return before.tree
    const nodes = await this.#read(id, signal)
    if (nodes === null) await this.#options.onLoss()
    const after = nodes === null ? { tree: null, losses: [] } : await this.#rewrite(id, nodes, signal)
    if (after.tree === id && entry !== -1) this.#whole.add(entry)
    else this.#replaced.set(id, after)
    return after.tree
  }

  async #read(id: string, signal: AbortSignal): Promise<readonly TreeNode[] | null> {
    if (!this.#index.has('tree', id)) return null
    try {
      return await this.#repository.tree(id, signal)
    } catch (error) {
      if (isDamage(error)) return null
      throw error
    }
  }

  async #rewrite(id: string, nodes: readonly TreeNode[], signal: AbortSignal): Promise<Replaced> {
    const [after, losses]: [TreeNode[], Loss[]] = [[], []]
    const names = new Set<string>()
    for (const node of nodes) {
      signal.throwIfAborted()
      const { kept, at } = badName(node, names) ?? (await this.#node(node, signal))
      names.add(node.name)
      if (kept !== null) after.push(kept)
      if (at !== null) losses.push({ name: node.name, at })
    }
    if (losses.length === 0) return { tree: id, losses }
    await this.#options.onLoss()
    return { tree: (await this.#writer?.addTree(after, signal)) ?? 'changed', losses }
  }

  async #node(node: TreeNode, signal: AbortSignal): Promise<Rewritten> {
    return node.type === 'dir' ? await this.#folder(node, signal) : this.#entry(node)
  }

  async #folder(node: TreeNode, signal: AbortSignal): Promise<Rewritten> {
    const { subtree: before } = node
    const subtree = before === undefined ? null : await this.#tree(before, signal)
    if (subtree === before) return { kept: node, at: null }
    if (before !== undefined && subtree !== null) return { kept: { ...node, subtree }, at: { tree: before } }
    const empty = (await this.#writer?.addTree([], signal)) ?? 'changed'
    const what = 'is a folder whose list cannot be read: it becomes empty'
    return { kept: { ...node, subtree: empty }, at: { what } }
  }

  #entry(node: TreeNode): Rewritten {
    if (node.type === 'irregular') {
      return { kept: null, at: { what: 'is of no type that can be restored: it is left out' } }
    }
    if (node.type !== 'file') return { kept: node, at: null }
    const places = (node.content ?? []).map(id => this.#index.find('data', id))
    const size = places.reduce((sum, place) => sum + (place === null ? 0 : plainBytes(place)), 0)
    const content = (node.content ?? []).filter((_, i) => places[i] !== null)
    if (content.length === node.content?.length && size === (node.size ?? 0)) return { kept: node, at: null }
    const lost = (node.content?.length ?? 0) - content.length
    const what = lost > 0 ? `has lost ${lost} of its parts: the others are kept` : 'gets the size of its parts'
    return { kept: { ...node, content, size }, at: { what } }
  }

  #tellLosses(snapshot: string, tree: string, folder: string): void {
    for (const { name, at } of this.#replaced.get(tree)?.losses ?? []) {
      const path = `${folder}/${name}`
      if ('what' in at) this.#tell(snapshot, path, at.what)
      else this.#tellLosses(snapshot, at.tree, path)
    }
  }

  #tell(snapshot: string, path: string, what: string): void {
    this.#options.onChange?.({ snapshot, path, what })
  }
}

/** What no restore takes. `before`: the names of the entries before it. */
function badName({ name }: TreeNode, before: ReadonlySet<string>): Rewritten | null {
  if (isUnsafe(name, 'linux'))
    return { kept: null, at: { what: 'has a name that leads out of its folder: it is left out' } }
  if (before.has(name)) return { kept: null, at: { what: 'has the name of an entry before it: it is left out' } }
  return null
}

interface Rewritten {
  /** Null where it is left out. */
  readonly kept: TreeNode | null
  /** Null where nothing is lost. */
  readonly at: Loss['at'] | null
}
