import type { Backend } from '../storage/backend.ts'
import { checkData } from './check/check-data.ts'
import { checkAgainstCopy, checkSmallFiles, soundIndex, soundSnapshots } from './check/check-files.ts'
import { checkPacks } from './check/check-packs.ts'
import { checkTrees } from './check/check-trees.ts'
import { chosenPacks, type DataSubset } from './check/data-subset.ts'
import type { Problem } from './check/problem.ts'
import { ProblemList } from './check/problem-list.ts'
import type { Repository } from './repository.ts'
import type { Snapshot } from './snapshot/snapshot.ts'

export interface CheckOptions {
  /** Reads packs and verifies every blob in them; otherwise the packs' presence and sizes, and every tree. */
  readonly readData: boolean
  /** The packs that are read; by default all. */
  readonly subset?: DataSubset
  /** Another copy of the repository: what it has and this one lacks is a problem. */
  readonly copy?: Backend
  /** From 0 to below 1, for subsets by chance. */
  readonly random?: () => number
  readonly onProgress?: (progress: CheckProgress) => void
}

export interface CheckProgress {
  readonly stage: 'files' | 'trees' | 'data'
  readonly done: number
  readonly total: number
}

export interface CheckReport {
  /** Each once; the first 10,000. */
  readonly problems: readonly Problem[]
  /** How many more there are. */
  readonly unlisted: number
  /** Packs that no index names: left by a killed run, harmless, and removed by prune. */
  readonly unreferencedPacks: readonly string[]
  readonly snapshots: number
  readonly packs: number
  readonly blobs: number
  /** Packs read and verified, and their bytes. */
  readonly packsRead: number
  readonly bytesRead: number
}

/**
 * Finds what `restic check [--read-data]` finds. Reports damage and never throws for it; takes no lock. Memory: the index,
 * 200 bytes a pack, 100 a snapshot, and what is being read.
 */
export async function check(repository: Repository, options: CheckOptions, signal: AbortSignal): Promise<CheckReport> {
  const { backend } = repository
  const problems = new ProblemList(backend)
  const progress = (stage: CheckProgress['stage'], done: number, total: number): void =>
    options.onProgress?.({ stage, done, total })
  await checkSmallFiles(repository, problems.report, signal)
  if (options.copy !== undefined) await checkAgainstCopy(backend, options.copy, problems.report, signal)
  // Before the index: an index is written before its snapshots.
  const names: string[] = []
  for await (const { name } of backend.list('snapshot', signal)) names.push(name)
  const { index } = await soundIndex(repository, problems.report, signal)
  const files = await checkPacks(backend, index, problem => problems.tell(problem), signal)
  progress('files', index.packs.size, index.packs.size)
  let snapshots = 0
  const counted = async function* (): AsyncGenerator<Snapshot> {
    for await (const snapshot of soundSnapshots(repository, names, problems.report, signal)) {
      snapshots += 1
      yield snapshot
      progress('trees', snapshots, names.length)
    }
  }
  await checkTrees(repository, index, counted(), problems.report, signal)
  const packs = options.readData ? chosenOf(files.known, options, repository.now()) : new Map<string, number>()
  // Where something is wrong already, they may be what is missed: a damaged index file may have named them.
  const others = options.readData && problems.all.length > 0 ? files.unreferenced : []
  const onPack = (done: number): void => progress('data', done, packs.size + others.length)
  const data = { source: repository, index, packs, others }
  const { packsRead, bytesRead } = await checkData(data, problems.report, onPack, signal)
  return {
    ...{ problems: problems.all, unlisted: problems.unlisted, unreferencedPacks: files.unreferenced, snapshots },
    ...{ packs: index.packs.size, blobs: index.blobs, packsRead, bytesRead },
  }
}

/** Bytes by name. */
function chosenOf(known: ReadonlyMap<string, number>, options: CheckOptions, now: Date): ReadonlyMap<string, number> {
  if (options.subset === undefined) return known
  const chosen = chosenPacks(known, options.subset, now, options.random ?? Math.random)
  return new Map([...known].filter(([name]) => chosen.has(name)))
}
