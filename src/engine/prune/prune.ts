import type { BlackstartError } from '../../errors.ts'
import { type Problem, problemOf, withoutRepeats } from '../check/problem.ts'
import { SealedWriter } from '../copy/sealed-writer.ts'
import type { BlobIndex } from '../index/blob-index.ts'
import { loadIndexes } from '../index/load-indexes.ts'
import type { LockWait, RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import type { EntrySet } from './entry-set.ts'
import { IndexWriter } from './index-writer.ts'
import { moveBlobs } from './move-blobs.ts'
import { type PlanOptions, type PrunePlan, planPrune } from './plan-prune.ts'
import { indexesNaming, relistPacks, smallIndexes } from './relist-packs.ts'
import { removeFiles } from './remove-files.ts'
import { type Survey, surveyPacks } from './survey-packs.ts'
import { UsedBlobs } from './used-blobs.ts'

export interface PruneOptions extends PlanOptions {
  /** Tells what would be done. */
  readonly dryRun?: boolean
  /** How long to wait for others that use the repository; by default ten minutes. */
  readonly lockWait?: LockWait
  readonly onProgress?: (progress: PruneProgress) => void
}

export interface PruneProgress {
  readonly stage: 'snapshots' | 'trees' | 'packs' | 'repacking' | 'waiting' | 'removing'
  readonly done: number
  /** 0 where nobody knows. */
  readonly total: number
}

export interface PruneReport {
  /** Places of blobs. Of a blob that lies in several packs one place is used, the others are duplicate. */
  readonly blobs: Survey['blobs']
  readonly bytes: Survey['bytes'] & {
    /** Of packs that were read to keep a part of them. */
    readonly repacked: number
    /** By which all packs together have become smaller; of a dry run, would. */
    readonly freed: number
  }
  readonly packs: {
    readonly kept: number
    readonly repacked: number
    readonly removed: number
    /** That no index named. */
    readonly unreferenced: number
    readonly written: number
  }
  readonly indexes: { readonly written: number; readonly removed: number }
  /** Milliseconds for which nobody else could use the repository. */
  readonly exclusiveFor: number
  /** Damage in packs that were to be repacked; they stay as they are. */
  readonly problems: readonly Problem[]
}

const defaultWait: LockWait = { atMost: 10 * 60_000 }
/** How often it is begun anew because another program pruned meanwhile, before others are kept out from the beginning. */
const mostStarts = 3

/**
 * Removes what no snapshot needs. See README.md of this folder for the order of its steps, why others may work beside the
 * long ones, and what is left when it is killed. Takes its locks itself. Throws `integrity`, and removes nothing, where a
 * snapshot, a tree or the index cannot be read, or a needed pack is missing; `locked` where others do not leave in time.
 */
export async function prune(repository: Repository, options: PruneOptions, signal: AbortSignal): Promise<PruneReport> {
  if (options.dryRun) {
    await using _lock = await repository.lockForReading(signal)
    return dryReport(await prepare(repository, options, signal))
  }
  for (let start = 1; start <= mostStarts; start += 1) {
    const report = await pruneBeside(repository, options, signal)
    if (report !== null) return report
  }
  await using lock = await repository.lockWithin('exclusive', options.lockWait ?? defaultWait, signal)
  const since = performance.now()
  const end = AbortSignal.any([signal, lock.lost])
  const moved = await move(await prepare(repository, options, end), lock, options, end)
  return await finish(moved, lock, since, options, end)
}

/** The long steps under a shared lock, the removal under an exclusive one. Null where another program pruned in between. */
async function pruneBeside(
  repository: Repository,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<PruneReport | null> {
  const wait = options.lockWait ?? defaultWait
  let moved: Moved
  {
    await using lock = await repository.lockWithin('shared', wait, signal)
    const end = AbortSignal.any([signal, lock.lost])
    const prepared = await prepare(repository, options, end)
    moved = await move(prepared, lock, options, end)
    if (isNothingToDo(moved)) return reportOf(moved, moved.gone, [], 0)
  }
  options.onProgress?.({ stage: 'waiting', done: 0, total: 0 })
  await using lock = await repository.lockWithin('exclusive', wait, signal)
  const since = performance.now()
  const end = AbortSignal.any([signal, lock.lost])
  return (await isStillTrue(moved, options, end)) ? await finish(moved, lock, since, options, end) : null
}

interface Prepared {
  readonly repository: Repository
  readonly index: BlobIndex
  readonly used: UsedBlobs
  readonly survey: Survey
  readonly plan: PrunePlan
  /** Bytes by name. */
  readonly present: ReadonlyMap<string, number>
}

async function prepare(repository: Repository, options: PruneOptions, signal: AbortSignal): Promise<Prepared> {
  // before the index, which is written before its snapshots
  const snapshots = await snapshotNames(repository, signal)
  // one of its own: what else goes on in this process fills the repository's
  const index = await loadIndexes(repository.backend, repository.key, null, signal)
  const used = new UsedBlobs(repository, index)
  await used.addNew(snapshots, progressOf(options), signal)
  // after the index: what it names is there
  const present = new Map<string, number>()
  for await (const { name, bytes } of repository.backend.list('pack', signal)) present.set(name, bytes)
  options.onProgress?.({ stage: 'packs', done: present.size, total: present.size })
  const survey = surveyPacks(repository.backend, index, present, used.entries)
  return { repository, index, used, survey, plan: planPrune(survey, options), present }
}

async function snapshotNames({ backend }: Repository, signal: AbortSignal): Promise<string[]> {
  return await Array.fromAsync(backend.list('snapshot', signal), ({ name }) => name)
}

function progressOf({ onProgress }: PruneOptions): (snapshots: number, trees: number) => void {
  return (_snapshots, trees) => onProgress?.({ stage: 'trees', done: trees, total: 0 })
}

interface Moved extends Prepared {
  /** Needed blobs that need the packs to go no more. */
  readonly safe: EntrySet
  readonly gone: ReadonlySet<string>
  /** Index files that are written anew in any case. */
  readonly small: ReadonlySet<string>
  readonly newPacks: { readonly names: readonly string[]; readonly bytes: number }
  /** Names of index files that were written. */
  readonly newIndexes: readonly string[]
  readonly otherIndexes: number
  readonly problems: readonly BlackstartError[]
}

/** Copies what is needed out of the packs that go, and lists those that stay in new index files. */
async function move(
  prepared: Prepared,
  lock: RepositoryLock,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<Moved> {
  const { repository, index, used, survey, plan } = prepared
  const problems: BlackstartError[] = []
  let done = 0
  const onPack = (): void => {
    done += 1
    options.onProgress?.({ stage: 'repacking', done, total: plan.repack.size + plan.remove.size })
  }
  const recompress = (blob: { plainLength: number | null; type: string }): boolean =>
    blob.plainLength === null && (blob.type === 'tree' || options.repackUncompressed === true)
  await using writer = new SealedWriter(repository, index, lock, signal)
  const work = { ...plan, repository, index, used: used.entries, unsound: survey.unsound, recompress, onPack }
  const safe = await moveBlobs(work, writer, problems, signal)
  const gone = spareable({ ...prepared, safe }, plan.repack.union(plan.remove))
  const blobs = new Map(survey.packs.map(pack => [pack.name, pack.blobs]))
  const small = smallIndexes(index, pack => blobs.get(pack) ?? 0)
  const newIndexes = new IndexWriter(repository, index, lock, signal)
  await relistPacks(index, indexesNaming(index, gone).union(small), gone, newIndexes)
  const newPacks = { names: writer.packs, bytes: writer.bytes }
  const otherIndexes = writer.indexes.length
  return { ...prepared, safe, gone, small, newPacks, newIndexes: newIndexes.names, otherIndexes, problems }
}

/** Those of `packs` of which nothing is needed that is not safe elsewhere. */
function spareable(
  { index, used, safe }: Pick<Moved, 'index' | 'used' | 'safe'>,
  packs: ReadonlySet<string>,
): Set<string> {
  const isFree = (name: string): boolean =>
    (index.packs.get(name)?.blobs ?? []).every(({ type, id }) => {
      const entry = index.numberOf(type, id)
      return !used.entries.has(entry) || safe.has(entry)
    })
  return new Set([...packs].filter(isFree))
}

function isNothingToDo({ gone, small, survey }: Moved): boolean {
  return gone.size === 0 && small.size === 0 && survey.unreferenced.size === 0
}

/** Takes in what came since the first look. False where an index file has gone: what was planned may be wrong. */
async function isStillTrue(moved: Moved, options: PruneOptions, signal: AbortSignal): Promise<boolean> {
  const { repository, index, used } = moved
  if ((await loadIndexes(repository.backend, repository.key, index, signal)) !== index) return false
  await used.addNew(await snapshotNames(repository, signal), progressOf(options), signal)
  return true
}

/** Under an exclusive lock: index files, then, when that is shared again, packs. */
async function finish(
  moved: Moved,
  lock: RepositoryLock,
  since: number,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<PruneReport> {
  const { repository, index, survey } = moved
  const newIndexes = new IndexWriter(repository, index, lock, signal, moved.newIndexes)
  const gone = spareable(moved, moved.gone)
  const obsolete = indexesNaming(index, gone).union(moved.small)
  await relistPacks(index, obsolete, gone, newIndexes)
  await removeFiles(repository, 'index', obsolete, lock, () => undefined, signal)
  // From here on nobody can come to use the packs: no index names them.
  await lock.share(signal)
  const exclusiveFor = performance.now() - since
  const unreferenced = [...survey.unreferenced.keys()].filter(name => !index.packs.has(name))
  const packs = [...unreferenced, ...gone]
  const onRemoved = (done: number) => options.onProgress?.({ stage: 'removing', done, total: packs.length })
  await removeFiles(repository, 'pack', packs, lock, onRemoved, signal)
  return reportOf({ ...moved, newIndexes: newIndexes.names }, gone, unreferenced, obsolete.size, exclusiveFor)
}

function reportOf(
  moved: Moved,
  gone: ReadonlySet<string>,
  unreferenced: readonly string[],
  indexesRemoved: number,
  exclusiveFor = 0,
): PruneReport {
  const { survey, plan, present, newPacks, newIndexes, otherIndexes, problems, repository } = moved
  const repacked = gone.intersection(plan.repack)
  const size = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (present.get(name) ?? 0), 0)
  return {
    blobs: survey.blobs,
    bytes: {
      ...survey.bytes,
      repacked: size(repacked),
      freed: size(gone) + size(unreferenced) - newPacks.bytes,
    },
    packs: {
      kept: survey.packs.filter(({ name }) => !gone.has(name)).length,
      repacked: repacked.size,
      removed: gone.size - repacked.size,
      unreferenced: unreferenced.length,
      written: newPacks.names.length,
    },
    indexes: { written: newIndexes.length + otherIndexes, removed: indexesRemoved },
    exclusiveFor,
    problems: withoutRepeats(problems.map(error => problemOf(repository.backend, error))),
  }
}

function dryReport({ survey, plan, present }: Prepared): PruneReport {
  const removed = [...plan.remove].reduce((sum, name) => sum + (present.get(name) ?? 0), 0)
  const unreferenced = [...survey.unreferenced.values()].reduce((sum, bytes) => sum + bytes, 0)
  return {
    blobs: survey.blobs,
    bytes: { ...survey.bytes, repacked: plan.repackBytes, freed: removed + unreferenced + plan.repackUnused },
    packs: {
      kept: survey.packs.filter(({ name }) => !plan.repack.has(name) && !plan.remove.has(name)).length,
      repacked: plan.repack.size,
      removed: plan.remove.size,
      unreferenced: survey.unreferenced.size,
      written: 0,
    },
    indexes: { written: 0, removed: 0 },
    exclusiveFor: 0,
    problems: [],
  }
}
