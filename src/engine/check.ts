import { BlackstartError } from '../errors.ts'
import type { Backend, FileKind } from '../storage/backend.ts'
import { layoutPath } from '../storage/layout.ts'
import { checkPackData } from './check/check-pack-data.ts'
import { TreeCheck } from './check/check-trees.ts'
import { openConfig } from './crypto/config-file.ts'
import { parseKeyFile } from './crypto/key-file.ts'
import { readExpected } from './damage.ts'
import { BlobIndex, expectedPackBytes, type KnownPack } from './index/blob-index.ts'
import { decodeIndex } from './index/index-file.ts'
import { locksOf } from './lock/repository-lock.ts'
import type { Repository } from './repository.ts'
import { decodeSnapshot, type Snapshot } from './snapshot/snapshot.ts'
import { readUnpacked } from './unpacked.ts'

export interface CheckOptions {
  /** Reads every pack and verifies every blob; otherwise the packs' presence and sizes, and every tree. */
  readonly readData: boolean
  readonly onProgress?: (progress: CheckProgress) => void
}

interface CheckProgress {
  readonly stage: 'files' | 'trees' | 'data'
  readonly done: number
  readonly total: number
}

interface Problem {
  readonly kind: FileKind
  /** In the repository: `data/ab/ab…`. */
  readonly file: string
  readonly message: string
}

export interface CheckReport {
  readonly problems: readonly Problem[]
  /** Packs that no index names: left by a killed run, harmless, and removed by prune. */
  readonly unreferencedPacks: readonly string[]
  readonly snapshots: number
  readonly packs: number
  readonly blobs: number
  /** Bytes of packs read and verified. */
  readonly bytesRead: number
}

/** Finds what `restic check [--read-data]` finds. Reports damage and never throws for it; takes no lock. */
export async function check(repository: Repository, options: CheckOptions, signal: AbortSignal): Promise<CheckReport> {
  const problems: Problem[] = []
  const { backend } = repository
  const report = (error: unknown): void => void problems.push(problemOf(backend, error))
  await checkSmallFiles(repository, report, signal)
  // Before the index: an index is written before its snapshots.
  const snapshots = await readSnapshots(repository, report, signal)
  const index = await readIndexes(repository, report, signal)
  const { unreferenced } = await checkPacks(backend, index, problems, signal)
  const progress = (stage: CheckProgress['stage'], done: number, total: number) =>
    options.onProgress?.({ stage, done, total })
  progress('files', index.packs.size, index.packs.size)
  const trees = new TreeCheck(repository, index, report)
  for (const [done, snapshot] of snapshots.entries()) {
    await trees.snapshot(snapshot, signal)
    progress('trees', done + 1, snapshots.length)
  }
  let bytesRead = 0
  let done = 0
  for (const [name, pack] of options.readData ? index.packs : []) {
    bytesRead += await checkPackData(repository, name, pack, report, signal)
    done += 1
    progress('data', done, index.packs.size)
  }
  const { size: packs } = index.packs
  return {
    ...{ problems: withoutRepeats(problems), unreferencedPacks: unreferenced, snapshots: snapshots.length },
    ...{ packs, blobs: index.blobs, bytesRead },
  }
}

type Report = (error: unknown) => void

async function checkSmallFiles(repository: Repository, report: Report, signal: AbortSignal): Promise<void> {
  const { backend, key } = repository
  await attempt(report, async () => {
    openConfig(backend, key, await readExpected(backend, 'config', 'config', signal))
  })
  for await (const { name } of backend.list('key', signal)) {
    await attempt(report, async () => {
      parseKeyFile(backend, name, await readExpected(backend, 'key', name, signal))
    })
  }
  for await (const { lock } of locksOf(repository, signal)) if (lock instanceof BlackstartError) report(lock)
}

async function readSnapshots(repository: Repository, report: Report, signal: AbortSignal): Promise<Snapshot[]> {
  const { backend, key } = repository
  const snapshots: Snapshot[] = []
  for await (const { name } of backend.list('snapshot', signal)) {
    await attempt(report, async () => {
      snapshots.push(decodeSnapshot(backend, name, await readUnpacked(backend, key, 'snapshot', name, signal)))
    })
  }
  return snapshots
}

async function readIndexes(repository: Repository, report: Report, signal: AbortSignal): Promise<BlobIndex> {
  const { backend, key } = repository
  const index = new BlobIndex()
  for await (const { name } of backend.list('index', signal)) {
    await attempt(report, async () => {
      index.add(name, decodeIndex(backend, name, await readUnpacked(backend, key, 'index', name, signal)))
    })
  }
  return index
}

/** Whether the packs of the index are there, of the size that their blobs make. */
async function checkPacks(
  backend: Backend,
  index: BlobIndex,
  problems: Problem[],
  signal: AbortSignal,
): Promise<{ unreferenced: string[] }> {
  const present = new Map<string, number>()
  for await (const { name, bytes } of backend.list('pack', signal)) present.set(name, bytes)
  const tell = (name: string, what: string) => {
    const file = layoutPath('pack', name)
    problems.push({ kind: 'pack', file, message: `${backend.location}: ${file} ${what}` })
  }
  for (const [name, pack] of index.packs) {
    const bytes = present.get(name)
    const expected = expectedPackBytes(pack.blobs)
    if (bytes === undefined) tell(name, 'is missing, and the index names it.')
    else if (bytes !== expected) tell(name, `is damaged: it has ${bytes} bytes, and the index says ${expected}.`)
    else if (!isContiguous(pack)) tell(name, 'has blobs that overlap or leave gaps, by the index.')
  }
  return { unreferenced: [...present.keys()].filter(name => !index.packs.has(name)).sort() }
}

function isContiguous({ blobs }: KnownPack): boolean {
  let end = 0
  for (const { offset, length } of blobs.toSorted((a, b) => a.offset - b.offset)) {
    if (offset !== end) return false
    end += length
  }
  return true
}

async function attempt(report: Report, action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    report(error)
  }
}

function problemOf(backend: Backend, error: unknown): Problem {
  if (!(error instanceof BlackstartError)) throw error
  const { kind, file } = error.facts
  return {
    kind: (kind as FileKind | undefined) ?? 'pack',
    file: typeof file === 'string' ? file : backend.location,
    message: error.message,
  }
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map(problem => [problem.message, problem])).values()]
}
