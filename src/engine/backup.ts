import path from 'node:path'
import { BlackstartError, systemCode } from '../errors.ts'
import type { BackupOptions, BackupResult } from './backup/backup-options.ts'
import { finishSnapshot } from './backup/finish-snapshot.ts'
import { folderRules } from './backup/folder-rules.ts'
import { FolderWalk } from './backup/folder-walk.ts'
import { parentSnapshot } from './backup/parent-snapshot.ts'
import { storeTargets } from './backup/store-targets.ts'
import { backupTargets, cleanPath, hasName } from './files/backup-targets.ts'
import { namesIn, statOf } from './files/file-system.ts'
import { isPrunedMeanwhile } from './index/confirm-index.ts'
import type { RepositoryLock } from './lock/repository-lock.ts'
import type { Repository } from './repository.ts'
import { SpareThreads } from './workers/spare-threads.ts'
import { openWriter } from './writer.ts'

/**
 * Backs up files and folders of this machine, as restic does: a tree from the root. Throws `missing` when none of the paths is
 * there, or nothing of them is stored.
 */
export async function backup(
  given: Repository,
  paths: readonly string[],
  options: BackupOptions,
  signal: AbortSignal,
): Promise<BackupResult> {
  const repository = options.dryRun ? given.dry() : given
  // for the system, no name is the current folder
  if (paths.includes('')) throw new BlackstartError('usage', 'Say what to back up: a path without a name is none.')
  const source = await sourceOf([...new Set(paths.map(options.keepRelative ? cleanPath : each => path.resolve(each)))])
  await using spare = new SpareThreads(1)
  const run = (lock: RepositoryLock) => takeSnapshot(repository, lock, source, { ...options, spare }, signal)
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
  { targets, paths, missing }: Source,
  options: BackupOptions & { readonly spare: SpareThreads },
  signal: AbortSignal,
): Promise<BackupResult> {
  const hostname = options.hostname ?? repository.hostname
  const start = repository.now()
  const time = options.time ?? start
  // At the same time: what is read here is only compared with. The writer reads the index once more.
  const [parent] = await Promise.all([
    parentSnapshot(repository, { hostname, paths, time }, options, signal),
    repository.refresh(signal),
  ])
  const rules = await folderRules(paths, options)
  await using writer = await openWriter(repository, lock, signal, { rules, spare: options.spare })
  const walk = new FolderWalk(repository, writer, options, signal)
  for (const [each, error] of missing) walk.fail(each, error)
  const leaves = backupTargets(await namedTargets(targets), process.cwd())
  const tree = await storeTargets(walk, writer, leaves, parent?.tree ?? null, options, signal)
  if (tree === null) throw nothing(paths, null)
  return await finishSnapshot(repository, writer, { start, time, tree, paths, hostname, parent }, walk, options, signal)
}

interface Source {
  /** Paths that are there, as they were given, without needless parts. */
  readonly targets: readonly string[]
  /** The same, absolute. */
  readonly paths: readonly string[]
  readonly missing: readonly (readonly [path: string, error: unknown])[]
}

async function sourceOf(given: readonly string[]): Promise<Source> {
  const targets: string[] = []
  const missing: [string, unknown][] = []
  for (const each of given) {
    try {
      await statOf(each)
      targets.push(each)
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') missing.push([path.resolve(each), error])
      else targets.push(each)
    }
  }
  if (targets.length === 0) throw nothing(given, missing[0]?.[1])
  return { targets, paths: [...new Set(targets.map(each => path.resolve(each)))], missing }
}

/**
 * As restic has it, what is in a folder takes the place of one that has no name, such as `..`; the last of its names first, which
 * matters where two targets have the same. Throws where it cannot be listed.
 */
async function namedTargets(targets: readonly string[]): Promise<readonly string[]> {
  const named = targets.map(async each =>
    hasName(each) ? [each] : (await namesIn(each)).reverse().map(name => path.posix.join(each, name)),
  )
  return (await Promise.all(named)).flat()
}

function nothing(paths: readonly string[], cause: unknown): BlackstartError {
  const message = `There is nothing to back up at ${paths.join(', ')}. Check the paths, and what is excluded.`
  return new BlackstartError('missing', message, { facts: { paths }, cause })
}
