import type { Backend } from '../../storage/backend.ts'
import { soundIndex } from '../check/check-files.ts'
import type { Problem } from '../check/problem.ts'
import { treeReferences } from '../check/tree-references.ts'
import { type TreePlace, type TreeRead, walkTrees } from '../check/walk-trees.ts'
import { check } from '../check.ts'
import { carryBlobs } from '../copy/carry-blobs.ts'
import { type IndexedSource, MissingBlobs } from '../copy/missing-blobs.ts'
import { readBlobs } from '../copy/read-blobs.ts'
import { resealBlob } from '../copy/reseal-blob.ts'
import { SealedWriter } from '../copy/sealed-writer.ts'
import { searchKey } from '../crypto/search-key.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import { loadIndexes } from '../index/load-indexes.ts'
import type { LockWait, RepositoryLock } from '../lock/repository-lock.ts'
import type { SealedBlob } from '../pack/blob-sealing.ts'
import { EntrySet } from '../prune/entry-set.ts'
import { removeFiles } from '../prune/remove-files.ts'
import { lockUnopened, type OpenOptions, openRepository, type Repository } from '../repository.ts'
import { healConfig, healKeys, isSameRepository } from './heal-keys.ts'
import { type AbsentFile, type Healed, HealLog } from './heal-log.ts'
import { badPacks, replacePacks } from './heal-packs.ts'
import { planSnapshots } from './heal-snapshots.ts'
import { intactFile, replaceFile } from './intact-file.ts'
import { repairIndexUnder } from './repair-index.ts'
import { dropPacks } from './repair-packs.ts'
import { repairWait } from './repair-wait.ts'
import { type LostBlob, mayComeBack, salvagePacks } from './salvage-packs.ts'

/** A repository that perhaps cannot be opened as it is. */
export interface DamagedRepository {
  readonly backend: Backend
  readonly password: string
  readonly open: OpenOptions
}

export interface HealOptions {
  /** What is missing altogether and the copy has: it may have been removed on purpose. By default it is told, not brought back. */
  readonly bringBack?: { readonly snapshots?: boolean; readonly keys?: boolean }
  /** A folder of this machine for the damaged files before they are replaced or removed. */
  readonly keepIn?: string
  /** How long to wait for others that use the repository; by default ten minutes. */
  readonly lockWait?: LockWait
  readonly onProgress?: (progress: HealProgress) => void
}

export interface HealProgress {
  readonly stage: 'reading' | 'salvaging'
  readonly done: number
  readonly total: number
}

export interface HealReport {
  readonly healed: readonly Healed[]
  readonly absent: readonly AbsentFile[]
  /** What is damaged still. */
  readonly problems: readonly Problem[]
}

/**
 * Heals a repository out of a second one: a copy of its files, or one that `copy` has made, with other keys. Reads everything.
 * What is brought is verified before it takes the place of anything; a file is replaced at once, and blobs that are in no
 * file of the copy are stored anew, before what was damaged goes. Can be stopped, and run again. Locks the repository
 * exclusively and the copy shared.
 */
export async function repairFromCopy(
  damaged: DamagedRepository,
  copy: Repository,
  options: HealOptions,
  signal: AbortSignal,
): Promise<HealReport> {
  await using _copyLock = await copy.lockForReading(signal)
  const { backend } = damaged
  const log = new HealLog(backend, options.keepIn ?? null)
  const same = await isSameRepository(backend, copy, signal)
  const { key } = same ? copy : await searchKey(backend, damaged.password, signal)
  await using lock = await lockUnopened(
    { backend, key },
    damaged.open,
    'exclusive',
    options.lockWait ?? repairWait,
    signal,
  )
  const end = AbortSignal.any([signal, lock.lost])
  if (same) await healKeys(backend, copy, options.bringBack?.keys === true, log, end)
  await healConfig({ backend, key }, copy, same, log, end)
  const repository = await openRepository(backend, damaged.password, damaged.open, end)
  const healing = { repository, copy, same, lock, log, options }
  await healIndexes(healing, end)
  const plan = await planSnapshots(repository, copy, { same, all: options.bringBack?.snapshots === true }, log, end)
  const bad = await healFiles(healing, end)
  await healBlobs(healing, bad, plan.roots, end)
  await plan.finish(lock, end)
  const { problems, unreferencedPacks } = await check(repository, { readData: false }, end)
  if (problems.length === 0) await removeUseless(healing, bad.intersection(new Set(unreferencedPacks)), end)
  return { healed: log.healedFiles, absent: log.absentFiles, problems }
}

interface Healing {
  readonly repository: Repository
  readonly copy: Repository
  /** True where the copy has the same keys, and files of the same names. */
  readonly same: boolean
  readonly lock: RepositoryLock
  readonly log: HealLog
  readonly options: HealOptions
}

/** Damaged index files that the copy has; what the others named is read from the packs later. */
async function healIndexes({ repository, copy, same, log }: Healing, signal: AbortSignal): Promise<void> {
  const { unreadable } = await soundIndex(repository, () => undefined, signal)
  for (const name of unreadable) {
    await log.aside('index', name, signal)
    const bytes = same ? await intactFile(copy.backend, 'index', name, signal) : null
    if (bytes === null) continue
    await replaceFile(repository.backend, 'index', name, bytes, signal)
    log.healed('index', name, 'brought back from the copy')
  }
}

/** Whole packs, then the index; returns the packs that are damaged still. */
async function healFiles(healing: Healing, signal: AbortSignal): Promise<Set<string>> {
  const { repository, copy, same, lock, log, options } = healing
  const { index } = await soundIndex(repository, () => undefined, signal)
  const onPack = (done: number, total: number) => options.onProgress?.({ stage: 'reading', done, total })
  let bad = await badPacks(repository, index, onPack, signal)
  if (same) bad = await replacePacks(repository.backend, copy.backend, bad, log, signal)
  const { damagedIndexes, added } = await repairIndexUnder(lock, repository, {}, signal)
  for (const name of added) log.healed('pack', name, 'listed in the index by its header')
  for (const { file } of damagedIndexes) {
    log.healed('index', file.replace('index/', ''), 'made anew from the headers of packs')
  }
  return bad
}

/** Blobs that packs which stay damaged had, and those that snapshots need and no index knows. */
async function healBlobs(
  healing: Healing,
  bad: ReadonlySet<string>,
  roots: readonly TreePlace[],
  signal: AbortSignal,
): Promise<void> {
  const { repository, copy, lock, log, options } = healing
  const source: IndexedSource = { backend: copy.backend, key: copy.key, index: await copyIndex(copy, signal) }
  const index = await loadIndexes(repository.backend, repository.key, null, signal)
  const packs = new Set([...bad].filter(name => index.packs.has(name)))
  await using writer = new SealedWriter(repository, index, lock, signal)
  const work = {
    ...{ repository, index, packs },
    store: (type: LostBlob['type'], id: string, sealed: SealedBlob) => writer.add(type, id, sealed),
    substitute: (blob: LostBlob) => substituteFrom(source, repository, blob, signal),
  }
  let done = 0
  const toDrop = new Set(packs)
  for await (const salvagedPack of salvagePacks(work, signal)) {
    const { pack, salvaged, lost } = salvagedPack
    done += 1
    if (mayComeBack(salvagedPack)) toDrop.delete(pack)
    options.onProgress?.({ stage: 'salvaging', done, total: packs.size })
    if (lost.length === 0)
      log.healed('pack', pack, `taken apart: ${salvaged} blobs of it are in new packs, others came from the copy`)
  }
  await writer.finish()
  const missing = new MissingBlobs(source, (type, id) => index.has(type, id), new EntrySet())
  await findMissing(repository, index, roots, missing, signal)
  const { blobs } = await carryBlobs(source, missing, repository.key, writer, signal)
  await writer.finish()
  if (blobs > 0) for (const name of writer.packs) log.healed('pack', name, 'written with blobs that were missing')
  if (toDrop.size > 0) await dropPacks({ repository, index, lock, keepIn: options.keepIn ?? null }, toDrop, signal)
}

/** As much of the copy's index as can be read. */
async function copyIndex(copy: Repository, signal: AbortSignal): Promise<BlobIndex> {
  return (await soundIndex(copy, () => undefined, signal)).index
}

async function substituteFrom(
  source: IndexedSource,
  repository: Repository,
  { type, id }: LostBlob,
  signal: AbortSignal,
): Promise<SealedBlob | null> {
  for await (const read of readBlobs(source, source.index.all(type, id), signal)) {
    if ('plain' in read) return resealBlob(repository.key, read)
  }
  return null
}

/** What the trees below `roots` need and no index knows; a tree that cannot be had is followed in the copy. */
async function findMissing(
  repository: Repository,
  index: BlobIndex,
  roots: readonly TreePlace[],
  missing: MissingBlobs,
  signal: AbortSignal,
): Promise<void> {
  const lost: TreePlace[] = []
  const visit = (place: TreePlace, tree: TreeRead): TreePlace[] => {
    const references = Buffer.isBuffer(tree) ? treeReferences(tree) : null
    if (references === null) {
      lost.push(place)
      return []
    }
    for (const id of references.data) missing.want('data', id)
    return references.trees.map(id => ({ ...place, id }))
  }
  await walkTrees(repository, index, roots, new EntrySet(index.entries), visit, signal)
  await missing.follow(lost, signal)
}

/** Damaged packs that no index names, in a repository that lacks nothing. */
async function removeUseless(
  { repository, lock, log }: Healing,
  packs: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  for (const name of packs) {
    await log.aside('pack', name, signal)
    log.healed('pack', name, 'removed: nothing needs it')
  }
  await removeFiles(repository, 'pack', packs, lock, () => undefined, signal)
}
