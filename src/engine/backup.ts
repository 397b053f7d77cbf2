import path from 'node:path'
import { BlackstartError, systemCode } from '../errors.ts'
import { readSnapshots } from './browse/read-snapshots.ts'
import { backupTargets, type Target } from './files/backup-targets.ts'
import { statOf } from './files/file-system.ts'
import { Gate } from './gate.ts'
import type { RepositoryLock } from './lock/repository-lock.ts'
import type { Repository } from './repository.ts'
import { compareSnapshots, type Snapshot } from './snapshot/snapshot.ts'
import { compareBytes } from './tree/byte-string.ts'
import { formatTime } from './tree/go-time.ts'
import { errorOf } from './workers/failure.ts'
import { filled, hasSameFolders, withSubtree } from './workers/folder-part.ts'
import type { FolderJob, FolderPart } from './workers/messages.ts'
import { ParentNodes } from './workers/parent-nodes.ts'
import { SpareThreads } from './workers/spare-threads.ts'
import { isPrunedMeanwhile, openWriter, type Writer, type WriterStats } from './writer.ts'

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
  /** A shared one at least, held until this returns; by default one is taken. */
  readonly lock?: RepositoryLock
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
 * Backs up files and folders of this machine, as restic does: absolute paths, a tree from the root. Throws `missing` when none
 * of the paths is there.
 */
export async function backup(
  repository: Repository,
  paths: readonly string[],
  options: BackupOptions,
  signal: AbortSignal,
): Promise<BackupResult> {
  const absolute = [...new Set(paths.map(each => path.resolve(each)))].sort()
  await refuseMissing(absolute)
  await using spare = new SpareThreads(1)
  const run = (lock: RepositoryLock) => takeSnapshot(repository, lock, absolute, { ...options, spare }, signal)
  if (options.lock !== undefined) return await run(options.lock)
  return (await whileSettling(repository, run, signal)) ?? (await whileLocked(repository, run, signal))
}

type Run = (lock: RepositoryLock) => Promise<BackupResult>

async function whileLocked(repository: Repository, run: Run, signal: AbortSignal): Promise<BackupResult> {
  await using lock = await repository.lock('shared', signal)
  return await run(lock)
}

/**
 * Reads and compares while the lock settles. Null where another came at the same moment, or pruned while this began: nothing
 * counts that was written then.
 */
async function whileSettling(repository: Repository, run: Run, signal: AbortSignal): Promise<BackupResult | null> {
  const lock = await repository.beginLock('shared', signal).catch(unlessLocked)
  if (lock === null) return null
  await using held = lock
  let isHeld = false
  const settled = held.settled.then(() => {
    isHeld = true
  })
  const [result] = await Promise.allSettled([run(held), settled])
  if (result.status === 'fulfilled') return result.value
  if (isHeld && !isPrunedMeanwhile(result.reason)) throw result.reason
  return unlessLocked(result.reason)
}

/** Another holds the repository: there may be a time to wait for it. */
function unlessLocked(error: unknown): null {
  if (error instanceof BlackstartError && (error.code === 'locked' || error.code === 'integrity')) return null
  throw error
}

async function takeSnapshot(
  repository: Repository,
  lock: RepositoryLock,
  absolute: readonly string[],
  options: BackupOptions & { readonly spare: SpareThreads },
  signal: AbortSignal,
): Promise<BackupResult> {
  const hostname = options.hostname ?? repository.hostname
  // At the same time: what is read here is only compared with. The writer reads the index once more.
  const [parent] = await Promise.all([
    options.force ? null : parentOf(repository, hostname, absolute, signal),
    repository.refresh(signal),
  ])
  const { excludes = [], spare } = options
  await using writer = await openWriter(repository, lock, signal, { excludes, spare })
  const start = options.time ?? repository.now()
  const walk = new Walk(repository, writer, options, signal)
  const tree = await walk.tree('/', backupTargets(absolute), parent?.tree ?? null)
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
  let newest: Snapshot | null = null
  // One that cannot be read is none to compare with; check tells of it.
  for await (const snapshot of readSnapshots(repository, { hosts: [hostname], onDamage: () => undefined }, signal)) {
    if (same(snapshot) && (newest === null || compareSnapshots(newest, snapshot) < 0)) newest = snapshot
  }
  return newest
}

/** Names that a job takes: of a larger folder, each job gets so many. */
const namesAtOnce = 512
/** Large files that are read at the same time, each by all threads. */
const largeAtOnce = 2

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
  readonly #signal: AbortSignal
  /** Last come, first served: deep before broad, so that few folders wait half done. */
  readonly #jobs: Gate
  readonly #large = new Gate(largeAtOnce)

  constructor(repository: Repository, writer: Writer, options: BackupOptions, signal: AbortSignal) {
    this.#repository = repository
    this.#writer = writer
    this.#options = options
    this.#signal = signal
    this.#jobs = new Gate(writer.threads * 3)
  }

  /** Stores what is in a folder; returns the tree's id. `before` is the parent's tree. Throws the system's error where it cannot be listed. */
  async tree(folder: string, target: Target, before: string | null): Promise<string> {
    const names = target.whole ? null : [...target.children.keys()].sort(compareBytes)
    const previous = await this.#previous(before, folder)
    const parts = await this.#parts(folder, names, previous)
    const below = await this.#below(folder, target, parts)
    const [first] = parts
    if (before !== null && first?.isSame && hasSameFolders(first, below)) return before
    const nodes = parts.flatMap(part => filled(part, previous).nodes)
    return await this.#writer.addTreeText(
      nodes.map((node, at) => node ?? below[at] ?? null).filter(node => node !== null),
      this.#signal,
    )
  }

  /** The nodes of folders and large files, at their places among all nodes. */
  async #below(folder: string, target: Target, parts: readonly FolderPart[]): Promise<(string | null)[]> {
    const nodes: (string | null)[] = []
    const filling: Promise<void>[] = []
    let first = 0
    for (const part of parts) {
      const fill = async (at: number, node: Promise<string | null>): Promise<void> => {
        nodes[at] = await node
      }
      for (const { at, name, node, before } of part.folders) {
        const next = target.whole ? whole : (target.children.get(name) ?? whole)
        filling.push(fill(first + at, this.#folder(path.posix.join(folder, name), node, next, before)))
      }
      for (const { at, name } of part.large) {
        filling.push(fill(first + at, this.#largeFile(path.posix.join(folder, name))))
      }
      first += part.nodes.length
    }
    await allOf(filling)
    return nodes
  }

  /** The folder's entries, in as many parts as they take. */
  async #parts(folder: string, names: readonly string[] | null, parent: Uint8Array | null): Promise<FolderPart[]> {
    const first = await this.#part({ folder, names, parent })
    if (first.rest.length === 0) return [first]
    const before = new ParentNodes(parent)
    const slices = Array.from({ length: Math.ceil(first.rest.length / namesAtOnce) }, (_, i) =>
      first.rest.slice(i * namesAtOnce, (i + 1) * namesAtOnce),
    )
    const [start = ''] = first.rest
    before.upTo(start)
    const rests = slices.map((names, i) => {
      const next = slices[i + 1]?.[0]
      return this.#parts(folder, names, next === undefined ? before.others() : before.upTo(next))
    })
    return [first, ...(await allOf(rests)).flat()]
  }

  async #part(job: Omit<FolderJob, 'kind'>): Promise<FolderPart> {
    using _turn = await this.#jobs.enter()
    const part = await this.#writer.addFolder(job, this.#signal)
    this.files += part.files
    this.others += part.others
    this.unchanged += part.unchanged
    this.bytes += part.bytes
    for (const { path, failure } of part.failures) this.#fail(path, errorOf(failure))
    this.#options.onProgress?.(this)
    return part
  }

  /** The node of a folder; null where it cannot be listed. */
  async #folder(folder: string, node: string, target: Target, before: string | null): Promise<string | null> {
    return await this.#attempt(folder, async () => {
      const subtree = await this.tree(folder, target, before)
      this.folders += 1
      return withSubtree(node, subtree)
    })
  }

  async #largeFile(file: string): Promise<string | null> {
    using _turn = await this.#large.enter()
    return await this.#attempt(file, async () => {
      const { node, content, failures } = await this.#writer.addLargeFile(file, this.#addBytes, this.#signal)
      for (const { path, failure } of failures) this.#fail(path, errorOf(failure))
      this.files += 1
      return `${node},"content":${JSON.stringify(content)}}`
    })
  }

  readonly #addBytes = (bytes: number): void => {
    this.bytes += bytes
    this.#options.onProgress?.(this)
  }

  /** What the system says about a file is that file's trouble; all else (storage, a lost lock, the signal) is ours. */
  async #attempt(file: string, action: () => Promise<string>): Promise<string | null> {
    try {
      return await action()
    } catch (error) {
      if (error instanceof BlackstartError || systemCode(error) === null || this.#signal.aborted) throw error
      this.#fail(file, error)
      return null
    }
  }

  #fail(file: string, error: unknown): void {
    this.failed += 1
    this.#options.onError?.(file, error)
  }

  /** The parent's tree; null where it cannot be read: then every file is read anew. */
  async #previous(id: string | null, folder: string): Promise<Buffer | null> {
    if (id === null) return null
    try {
      return await this.#repository.blob('tree', id, this.#signal)
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      this.#options.onError?.(folder, error)
      return null
    }
  }
}

/** As `Promise.all`, but waits for all of them before it throws the first error. */
async function allOf<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(promises)
  return await Promise.all(promises)
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
