import { BlackstartError } from '../../errors.ts'
import { layoutPath } from '../../storage/layout.ts'
import { atOnce } from '../browse/at-once.ts'
import { checkPackData } from '../check/check-pack-data.ts'
import { SealedWriter } from '../copy/sealed-writer.ts'
import type { BlobIndex, KnownPack } from '../index/blob-index.ts'
import { loadIndexes } from '../index/load-indexes.ts'
import type { LockWait, RepositoryLock } from '../lock/repository-lock.ts'
import type { SealedBlob } from '../pack/blob-sealing.ts'
import type { BlobType } from '../pack/pack-header.ts'
import { IndexWriter } from '../prune/index-writer.ts'
import { indexesNaming, relistPacks } from '../prune/relist-packs.ts'
import { removeFiles } from '../prune/remove-files.ts'
import type { Repository } from '../repository.ts'
import { keepAside } from './keep-aside.ts'
import { repairWait } from './repair-wait.ts'
import { mayComeBack, type SalvagedPack, salvagePacks } from './salvage-packs.ts'

export interface RepairPacksOptions {
  /** Names of packs, or all that a full read finds something wrong with. */
  readonly packs: readonly string[] | 'damaged'
  /** A folder of this machine for the damaged files before they go. */
  readonly keepIn?: string
  readonly dryRun?: boolean
  /** How long to wait for others that use the repository; by default ten minutes. */
  readonly lockWait?: LockWait
  readonly onProgress?: (progress: RepairPacksProgress) => void
}

export interface RepairPacksProgress {
  readonly stage: 'reading' | 'salvaging'
  readonly done: number
  readonly total: number
}

export interface RepairPacksReport {
  readonly packs: readonly SalvagedPack[]
  /** Names of those that stay where they are. */
  readonly left: readonly string[]
}

/**
 * Salvages the intact blobs of damaged packs: new packs, then new index files, then the old ones go, then the damaged packs,
 * but for those of which nobody knows what is in them, and, unless they are named, those of which something is lost because
 * their disk could not read it: perhaps it can later.
 * Locks the repository exclusively. Throws `integrity` where the index is damaged: repair it first; `not-found` for a pack
 * that nothing knows.
 */
export async function repairPacks(
  repository: Repository,
  options: RepairPacksOptions,
  signal: AbortSignal,
): Promise<RepairPacksReport> {
  await using lock = await repository.lockWithin('exclusive', options.lockWait ?? repairWait, signal)
  const end = AbortSignal.any([signal, lock.lost])
  const index = await loadIndexes(repository.backend, repository.key, null, end)
  const packs = await packsToSalvage(repository, index, options, end)
  await using writer = new SealedWriter(repository, null, lock, end)
  const work = {
    ...{ repository, index, packs },
    store: async (type: BlobType, id: string, sealed: SealedBlob) => {
      if (!options.dryRun) await writer.add(type, id, sealed)
    },
    substitute: () => Promise.resolve(null),
  }
  const done: SalvagedPack[] = []
  for await (const salvaged of salvagePacks(work, end)) {
    done.push(salvaged)
    options.onProgress?.({ stage: 'salvaging', done: done.length, total: packs.size })
  }
  const staying = done.filter(pack => pack.isUnknown || (options.packs === 'damaged' && mayComeBack(pack)))
  const left = staying.map(({ pack }) => pack)
  const toDrop = packs.difference(new Set(left))
  if (!options.dryRun && packs.size > 0) {
    await writer.finish()
    if (toDrop.size > 0) await dropPacks({ repository, index, lock, keepIn: options.keepIn ?? null }, toDrop, end)
  }
  return { packs: done, left }
}

async function packsToSalvage(
  repository: Repository,
  index: BlobIndex,
  { packs, onProgress }: RepairPacksOptions,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (packs === 'damaged') {
    const onPack = (done: number) => onProgress?.({ stage: 'reading', done, total: index.packs.size })
    return await damagedPacks(repository, index, onPack, signal)
  }
  for (const name of packs) {
    if (index.packs.has(name) || (await repository.backend.stat('pack', name, signal)) !== null) continue
    throw new BlackstartError('not-found', `${repository.backend.location}: there is no pack ${name}.`, {
      facts: { file: layoutPath('pack', name) },
    })
  }
  return new Set(packs)
}

/** The packs of the index with which something is wrong: reads them all. */
export async function damagedPacks(
  repository: Repository,
  index: BlobIndex,
  onPack: (done: number) => void,
  signal: AbortSignal,
): Promise<Set<string>> {
  const damaged = new Set<string>()
  const read = async ([name, pack]: [string, KnownPack]): Promise<void> => {
    await checkPackData(repository, name, pack, () => void damaged.add(name), signal)
  }
  let done = 0
  for await (const _ of atOnce(index.packs, repository.backend.atOnce, read)) {
    done += 1
    onPack(done)
  }
  return damaged
}

interface Dropping {
  readonly repository: Repository
  readonly index: BlobIndex
  readonly lock: RepositoryLock
  readonly keepIn: string | null
}

/** Takes packs out of the index, and then away. What is needed of them must be in packs that are indexed already. */
export async function dropPacks(
  { repository, index, lock, keepIn }: Dropping,
  packs: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const { backend } = repository
  if (keepIn !== null) for (const name of packs) await keepAside(backend, 'pack', name, keepIn, signal)
  const obsolete = indexesNaming(index, packs)
  const writer = new IndexWriter(repository, null, lock, signal)
  await relistPacks(index, obsolete, packs, writer)
  await removeFiles(repository, 'index', obsolete, lock, () => undefined, signal)
  await removeFiles(repository, 'pack', packs, lock, () => undefined, signal)
}
