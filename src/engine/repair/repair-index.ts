import type { BlackstartError } from '../../errors.ts'
import { atOnce } from '../browse/at-once.ts'
import { soundIndex } from '../check/check-files.ts'
import { isDamage, type Problem, problemOf } from '../check/problem.ts'
import { type BlobIndex, expectedPackBytes } from '../index/blob-index.ts'
import type { IndexedPack } from '../index/index-file.ts'
import type { LockWait, RepositoryLock } from '../lock/repository-lock.ts'
import { IndexWriter } from '../prune/index-writer.ts'
import { indexesNaming, relistPacks } from '../prune/relist-packs.ts'
import { removeFiles } from '../prune/remove-files.ts'
import type { Repository } from '../repository.ts'
import { readPackHeader } from './read-pack-header.ts'
import { repairWait } from './repair-wait.ts'

export interface RepairIndexOptions {
  /** Reads the headers of all packs, not only of those that the index does not name, or names with another size. */
  readonly readAllPacks?: boolean
  readonly dryRun?: boolean
  /** How long to wait for others that use the repository; by default ten minutes. */
  readonly lockWait?: LockWait
  readonly onProgress?: (progress: { readonly stage: 'packs'; readonly done: number; readonly total: number }) => void
}

export interface RepairIndexReport {
  /** Packs that no index named, or that are listed anew by their headers. */
  readonly added: readonly string[]
  /** Packs that the index named and that are gone. */
  readonly dropped: readonly string[]
  /** Index files that could not be read. */
  readonly damagedIndexes: readonly Problem[]
  /** Packs whose header cannot be read. What an index said of them stays: repair packs, or a copy, may need it. */
  readonly unreadable: readonly Problem[]
  readonly indexes: { readonly written: number; readonly removed: number }
}

/** Makes the index say what the packs are: new index files first, then the old ones go. Locks the repository exclusively. */
export async function repairIndex(
  repository: Repository,
  options: RepairIndexOptions,
  signal: AbortSignal,
): Promise<RepairIndexReport> {
  await using lock = await repository.lockWithin('exclusive', options.lockWait ?? repairWait, signal)
  return await repairIndexUnder(lock, repository, options, AbortSignal.any([signal, lock.lost]))
}

/** As `repairIndex`, under an exclusive lock that is held. */
export async function repairIndexUnder(
  lock: RepositoryLock,
  repository: Repository,
  options: RepairIndexOptions,
  signal: AbortSignal,
): Promise<RepairIndexReport> {
  const broken: BlackstartError[] = []
  const { index, unreadable } = await soundIndex(
    repository,
    error => void broken.push(error as BlackstartError),
    signal,
  )
  const found = await comparePacks(repository, index, options, signal)
  const writer = new IndexWriter(repository, null, lock, signal)
  const take = async (pack: IndexedPack): Promise<void> => {
    if (!options.dryRun) await writer.add(pack)
  }
  const headers = await readHeaders(repository, found.toRead, take, options, signal)
  const gone = new Set([...found.dropped, ...headers.read])
  const obsolete = indexesNaming(index, gone).union(new Set(unreadable))
  if (!options.dryRun) {
    await relistPacks(index, obsolete, gone, writer)
    await removeFiles(repository, 'index', obsolete, lock, () => undefined, signal)
  }
  const problems = (errors: readonly BlackstartError[]) => errors.map(error => problemOf(repository.backend, error))
  return {
    added: headers.read,
    dropped: found.dropped,
    damagedIndexes: problems(broken),
    unreadable: problems(headers.failures),
    indexes: { written: writer.names.length, removed: obsolete.size },
  }
}

interface Compared {
  /** Bytes by name. */
  readonly toRead: ReadonlyMap<string, number>
  readonly dropped: readonly string[]
}

async function comparePacks(
  { backend }: Repository,
  index: BlobIndex,
  options: RepairIndexOptions,
  signal: AbortSignal,
): Promise<Compared> {
  const toRead = new Map<string, number>()
  const present = new Set<string>()
  for await (const { name, bytes } of backend.list('pack', signal)) {
    const known = index.packs.get(name)
    if (known !== undefined) present.add(name)
    if (options.readAllPacks || known === undefined || expectedPackBytes(known.blobs) !== bytes) toRead.set(name, bytes)
  }
  return { toRead, dropped: [...index.packs.keys()].filter(name => !present.has(name)) }
}

/** Hands each header to `take`; they are too many to be held. */
async function readHeaders(
  repository: Repository,
  toRead: ReadonlyMap<string, number>,
  take: (pack: IndexedPack) => Promise<void>,
  options: RepairIndexOptions,
  signal: AbortSignal,
): Promise<{ read: string[]; failures: BlackstartError[] }> {
  const read: string[] = []
  const failures: BlackstartError[] = []
  const readOne = async ([id, bytes]: [string, number]): Promise<IndexedPack | BlackstartError> => {
    try {
      return { id, blobs: await readPackHeader(repository, id, bytes, signal) }
    } catch (error) {
      if (isDamage(error)) return error
      throw error
    }
  }
  for await (const result of atOnce(toRead, repository.backend.atOnce, readOne)) {
    if ('blobs' in result) {
      await take(result)
      read.push(result.id)
    } else failures.push(result)
    options.onProgress?.({ stage: 'packs', done: read.length + failures.length, total: toRead.size })
  }
  return { read, failures }
}
