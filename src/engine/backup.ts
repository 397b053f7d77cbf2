import path from 'node:path'
import { BlackstartError, systemCode } from '../errors.ts'
import { backupTargets, type Target } from './files/backup-targets.ts'
import { exclusion } from './files/exclusion.ts'
import { fileNode, isUnchanged } from './files/file-node.ts'
import { linkTarget, namesIn, openFile, piecesOf, statOf } from './files/file-system.ts'
import { readUserNames, type UserNames } from './files/user-names.ts'
import type { Repository } from './repository.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import { formatTime } from './tree/go-time.ts'
import type { TreeNode } from './tree/tree-node.ts'
import { openWriter, type Writer, type WriterStats } from './writer.ts'

export interface BackupOptions {
  /** By default the repository's. */
  readonly hostname?: string
  readonly tags?: readonly string[]
  /** By default now. */
  readonly time?: Date
  /** restic's patterns: see files/exclusion.ts. */
  readonly excludes?: readonly string[]
  /** Reads every file, even those that the last snapshot of the same paths has unchanged. */
  readonly force?: boolean
  /** Written into the snapshot: `blackstart 0.1.0`. */
  readonly programVersion?: string
  readonly onProgress?: (progress: BackupProgress) => void
  /** A file that could not be read, or vanished; the rest goes on. */
  readonly onError?: (path: string, error: unknown) => void
}

interface BackupProgress {
  readonly files: number
  readonly folders: number
  readonly bytes: number
  readonly failed: number
}

export interface BackupResult extends BackupProgress, WriterStats {
  readonly snapshot: string
  readonly tree: string
  /** Files that were not read: the parent has them unchanged. */
  readonly unchanged: number
}

/**
 * Backs up files and folders of this machine, as restic does: absolute paths, a tree from the root. Takes a shared lock
 * where the repository is not locked yet. Throws `missing` when none of the paths is there.
 */
export async function backup(
  repository: Repository,
  paths: readonly string[],
  options: BackupOptions,
  signal: AbortSignal,
): Promise<BackupResult> {
  await using _lock = repository.heldLock === null ? await repository.lock('shared', signal) : null
  const absolute = [...new Set(paths.map(each => path.resolve(each)))].sort()
  await refuseMissing(absolute)
  const hostname = options.hostname ?? repository.hostname
  const parent = options.force ? null : await parentOf(repository, hostname, absolute, signal)
  const writer = await openWriter(repository, signal)
  const start = options.time ?? repository.now()
  const walk = new Walk(repository, writer, options, await readUserNames(signal), signal)
  const tree = await walk.tree('/', backupTargets(absolute), parent?.tree)
  const { files, folders, bytes, failed, unchanged } = walk
  const summary = summaryOf(start, repository.now(), walk, writer.stats)
  const snapshot = writer.addSnapshot({
    ...{ time: timeOf(start), tree, paths: absolute, hostname, username: repository.username, summary },
    ...{ tags: options.tags ?? [], uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    ...(parent === null ? {} : { parent: parent.id }),
    ...(options.excludes === undefined ? {} : { excludes: options.excludes }),
    programVersion: options.programVersion ?? 'blackstart',
  })
  await writer.commit(signal)
  return { snapshot, tree, files, folders, bytes, failed, unchanged, ...writer.stats }
}

async function refuseMissing(paths: readonly string[]): Promise<void> {
  let failure: unknown = null
  for (const each of paths) {
    try {
      await statOf(each)
      return
    } catch (error) {
      failure ??= error
    }
  }
  const message = `There is nothing to back up at ${paths.join(', ')}. Check the paths.`
  throw new BlackstartError('missing', message, { facts: { paths }, cause: failure })
}

/** The newest snapshot of the same host and paths. */
async function parentOf(
  repository: Repository,
  hostname: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Snapshot | null> {
  const same = (snapshot: Snapshot) =>
    snapshot.hostname === hostname && snapshot.paths.toSorted().join('\0') === paths.join('\0')
  return (await repository.snapshots(signal)).findLast(same) ?? null
}

/** One walk over the targets, deepest folders stored first. */
class Walk {
  files = 0
  folders = 0
  others = 0
  bytes = 0
  failed = 0
  unchanged = 0
  readonly #repository: Repository
  readonly #writer: Writer
  readonly #options: BackupOptions
  readonly #names: UserNames
  readonly #signal: AbortSignal
  readonly #excluded: (path: string) => boolean
  readonly #buffer = Buffer.allocUnsafeSlow(1024 * 1024)

  constructor(repository: Repository, writer: Writer, options: BackupOptions, names: UserNames, signal: AbortSignal) {
    this.#repository = repository
    this.#writer = writer
    this.#options = options
    this.#names = names
    this.#signal = signal
    this.#excluded = exclusion(options.excludes ?? [])
  }

  /** Stores what is in a folder; returns the tree's id. `before` is the parent's tree. */
  async tree(folder: string, target: Target, before: string | undefined): Promise<string> {
    const names = target.whole ? await namesIn(folder) : [...target.children.keys()]
    const previous = await this.#previous(before, folder)
    const nodes: TreeNode[] = []
    for (const name of names) {
      this.#signal.throwIfAborted()
      const below = target.whole ? whole : (target.children.get(name) ?? whole)
      const node = await this.#entry(path.posix.join(folder, name), below, previous.get(name))
      if (node !== null) nodes.push(node)
    }
    return await this.#writer.addTree(nodes, this.#signal)
  }

  async #entry(file: string, target: Target, before: TreeNode | undefined): Promise<TreeNode | null> {
    if (this.#excluded(file)) return null
    try {
      return await this.#node(file, target, before)
    } catch (error) {
      // What the system says about a file is that file's trouble; all else (storage, a lost lock, the signal) is ours.
      if (error instanceof BlackstartError || systemCode(error) === null || this.#signal.aborted) throw error
      this.failed += 1
      this.#options.onError?.(file, error)
      return null
    }
  }

  async #node(file: string, target: Target, before: TreeNode | undefined): Promise<TreeNode | null> {
    const node = fileNode(path.posix.basename(file), await statOf(file), this.#names)
    if (node === null || node.type === 'socket') return null
    const done = await this.#filled(file, node, target, before)
    this.#options.onProgress?.(this)
    return done
  }

  async #filled(file: string, node: TreeNode, target: Target, before: TreeNode | undefined): Promise<TreeNode> {
    if (node.type === 'file') return await this.#file(file, node, before)
    if (node.type === 'dir') {
      const subtree = await this.tree(file, target, before?.subtree)
      this.folders += 1
      return { ...node, subtree }
    }
    this.others += 1
    return node.type === 'symlink' ? { ...node, linktarget: await linkTarget(file) } : node
  }

  async #file(file: string, node: TreeNode, before: TreeNode | undefined): Promise<TreeNode> {
    if (
      before !== undefined &&
      isUnchanged(node, before) &&
      before.content?.every(id => this.#writer.has('data', id))
    ) {
      this.#count(node.size ?? 0)
      this.unchanged += 1
      return { ...node, content: before.content }
    }
    await using handle = await openFile(file)
    const opened = fileNode(node.name, await handle.stat({ bigint: true }), this.#names)
    if (opened?.type !== 'file') throw Object.assign(new Error(`${file} is no file any more`), { code: 'ENOENT' })
    const pieces = piecesOf(handle, this.#buffer, this.#signal)
    const { content, bytes } = await this.#writer.addFile(pieces, this.#signal)
    this.#count(bytes)
    return { ...opened, size: bytes, content }
  }

  #count(bytes: number): void {
    this.files += 1
    this.bytes += bytes
  }

  /** The parent's entries by name; none where its tree cannot be read: then every file is read anew. */
  async #previous(id: string | undefined, folder: string): Promise<ReadonlyMap<string, TreeNode>> {
    if (id === undefined) return new Map()
    try {
      return new Map((await this.#repository.tree(id, this.#signal)).map(node => [node.name, node]))
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      this.#options.onError?.(folder, error)
      return new Map()
    }
  }
}

const whole: Target = { whole: true, children: new Map() }

function timeOf(date: Date): string {
  return formatTime(BigInt(date.getTime()) * 1_000_000n)
}

/** The fields of restic's that are known here. */
function summaryOf(start: Date, end: Date, walk: Walk, stats: WriterStats): Record<string, unknown> {
  return {
    ...{ backup_start: timeOf(start), backup_end: timeOf(end) },
    ...{ files_new: walk.files - walk.unchanged, files_changed: 0, files_unmodified: walk.unchanged },
    ...{ dirs_new: walk.folders, dirs_changed: 0, dirs_unmodified: 0 },
    ...{ data_added: stats.newBytes, total_files_processed: walk.files, total_bytes_processed: walk.bytes },
  }
}
