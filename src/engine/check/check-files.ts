import { BlackstartError } from '../../errors.ts'
import type { Backend, FileKind } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { atOnce } from '../browse/at-once.ts'
import { openConfig } from '../crypto/config-file.ts'
import { parseKeyFile } from '../crypto/key-file.ts'
import { readExpected } from '../damage.ts'
import { eachOf } from '../each-of.ts'
import { BlobIndex } from '../index/blob-index.ts'
import { loadIndex } from '../index/load-indexes.ts'
import { locksOf } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import { decodeSnapshot, type Snapshot } from '../snapshot/snapshot.ts'
import { readUnpacked } from '../unpacked.ts'
import { isDamage, type Report } from './problem.ts'

/** The config, every key and every lock. */
export async function checkSmallFiles(repository: Repository, report: Report, signal: AbortSignal): Promise<void> {
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

/** Those of the named snapshots that can be read, in their order. */
export async function* soundSnapshots(
  repository: Repository,
  names: Iterable<string>,
  report: Report,
  signal: AbortSignal,
): AsyncGenerator<Snapshot> {
  const { backend, key } = repository
  const read = (name: string) =>
    attempt(report, async () =>
      decodeSnapshot(backend, name, await readUnpacked(backend, key, 'snapshot', name, signal)),
    )
  for await (const snapshot of atOnce(names, backend.atOnce, read)) if (snapshot !== null) yield snapshot
}

/** An index of those files that can be read, and the names of the others. */
export async function soundIndex(
  repository: Pick<Repository, 'backend' | 'key'>,
  report: Report,
  signal: AbortSignal,
): Promise<{ index: BlobIndex; unreadable: readonly string[] }> {
  const { backend, key } = repository
  const index = new BlobIndex()
  const unreadable: string[] = []
  await eachOf(backend.list('index', signal), backend.atOnce, async ({ name }) => {
    const load = async (): Promise<true> => {
      await loadIndex(backend, key, index, name, signal)
      return true
    }
    if ((await attempt(report, load)) === null) unreadable.push(name)
  })
  return { index, unreadable }
}

/**
 * What a copy of the repository's files has and this one lacks: snapshots and keys, which nothing else in a repository names.
 * Throws `refused` for what has no file in common with it.
 */
export async function checkAgainstCopy(
  backend: Backend,
  copy: Backend,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  if (!(await haveCommonFiles(backend, copy, signal))) throw noCopy(backend, copy)
  for (const kind of ['key', 'snapshot'] as const) {
    const own = await namesIn(backend, kind, signal)
    for await (const { name } of copy.list(kind, signal))
      if (!own.has(name)) report(onlyInCopy(backend, copy, kind, name))
  }
}

/** Names are hashes of what is in the files, sealed with keys that no other repository has. */
export async function haveCommonFiles(backend: Backend, other: Backend, signal: AbortSignal): Promise<boolean> {
  for (const kind of ['key', 'snapshot', 'index', 'pack'] as const) {
    const own = await namesIn(backend, kind, signal)
    for await (const { name } of other.list(kind, signal)) if (own.has(name)) return true
  }
  return false
}

async function namesIn(backend: Backend, kind: FileKind, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for await (const { name } of backend.list(kind, signal)) names.add(name)
  return names
}

function noCopy({ location }: Backend, copy: Backend): BlackstartError {
  const sentence = `${copy.location} is no copy of the files of ${location}: they have none in common. Where it was made with "copy", with keys of its own, "repair from-copy" tells what it has and ${location} lacks.`
  return new BlackstartError('refused', sentence, { facts: { location: copy.location } })
}

function onlyInCopy(backend: Backend, copy: Backend, kind: FileKind, name: string): BlackstartError {
  const file = layoutPath(kind, name)
  return new BlackstartError(
    'integrity',
    `${backend.location}: ${file} is missing, and ${copy.location} has it. If it was not removed on purpose, bring it back from there.`,
    { facts: { file, kind, name } },
  )
}

/** Null where the action met damage, which is reported. */
async function attempt<Result>(report: Report, action: () => Promise<Result>): Promise<Result | null> {
  try {
    return await action()
  } catch (error) {
    if (!isDamage(error)) throw error
    report(error)
    return null
  }
}
