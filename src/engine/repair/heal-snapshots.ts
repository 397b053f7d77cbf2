import { BlackstartError } from '../../errors.ts'
import { soundSnapshots } from '../check/check-files.ts'
import type { TreePlace } from '../check/walk-trees.ts'
import { CopiedBefore } from '../copy/copied-before.ts'
import { saveSnapshot } from '../edit/save-snapshot.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { HealLog } from './heal-log.ts'
import { intactFile, replaceFile } from './intact-file.ts'

/** What becomes of a repository's snapshots once what they need is there. */
export interface SnapshotPlan {
  /** Roots of those that are sound, and of those that come back. */
  readonly roots: readonly TreePlace[]
  /** Writes those that come back; what they need must be there. */
  readonly finish: (lock: RepositoryLock, signal: AbortSignal) => Promise<void>
}

interface Coming {
  readonly snapshot: Snapshot
  /** The damaged file here, or null where there is none. */
  readonly instead: string | null
}

/** Finds snapshots that are damaged here, or (where `all`) missing, and that the copy has. */
export async function planSnapshots(
  repository: Repository,
  copy: Repository,
  options: { readonly same: boolean; readonly all: boolean },
  log: HealLog,
  signal: AbortSignal,
): Promise<SnapshotPlan> {
  const own = await ownSnapshots(repository, signal)
  const { damaged, roots } = own
  const unknown: Snapshot[] = []
  const coming: Coming[] = []
  const writtenBefore = new Set<string>()
  // what is damaged in the copy is no help, and the check of the copy tells it
  const skipped = (): void => undefined
  for await (const snapshot of soundSnapshots(copy, await namesOf(copy, signal), skipped, signal)) {
    const ids = options.same ? [snapshot.id] : [snapshot.id, snapshot.original ?? snapshot.id]
    // among the files of one repository two snapshots that are alike are two: each comes back by its own name
    if (!options.same && own.exact.find(snapshot) !== null) for (const id of ids) writtenBefore.add(id)
    else {
      const instead = ids.find(id => damaged.delete(id))
      if (instead !== undefined) coming.push({ snapshot, instead })
      else if (!ids.some(id => own.known.has(id))) unknown.push(snapshot)
    }
  }
  const stale = damaged.intersection(writtenBefore)
  coming.push(...pairUp(unknown, [...damaged.difference(stale)], options, log))
  for (const { snapshot } of coming) roots.push({ id: snapshot.tree, path: '/', snapshot: snapshot.id })
  const finish = async (lock: RepositoryLock, end: AbortSignal): Promise<void> => {
    for (const each of coming) await bringBack(repository, lock, copy, each, options.same, log, end)
    for (const name of stale) await removeDamaged(repository, name, log, end)
  }
  return { roots, finish }
}

interface OwnSnapshots {
  readonly exact: CopiedBefore
  /** Ids of the sound ones, and those that they had before. */
  readonly known: ReadonlySet<string>
  readonly damaged: Set<string>
  readonly roots: TreePlace[]
}

async function ownSnapshots(repository: Repository, signal: AbortSignal): Promise<OwnSnapshots> {
  const exact = new CopiedBefore()
  const [known, damaged, roots] = [new Set<string>(), new Set<string>(), [] as TreePlace[]]
  const noteDamaged = (error: unknown): void => {
    if (!(error instanceof BlackstartError)) throw error
    damaged.add(String(error.facts.name))
  }
  const names = await namesOf(repository, signal)
  for await (const snapshot of soundSnapshots(repository, names, noteDamaged, signal)) {
    exact.add(snapshot)
    for (const id of [snapshot.id, snapshot.original]) if (id !== undefined) known.add(id)
    roots.push({ id: snapshot.tree, path: '/', snapshot: snapshot.id })
  }
  return { exact, known, damaged, roots }
}

/**
 * Snapshots that the copy alone has. A damaged one here that was copied before has another id in the copy, which nothing
 * readable here tells: where there are no more of the first than of the second, those are these.
 */
function pairUp(
  unknown: readonly Snapshot[],
  damaged: readonly string[],
  { same, all }: { readonly same: boolean; readonly all: boolean },
  log: HealLog,
): Coming[] {
  const arePaired = !same && unknown.length <= damaged.length
  if (arePaired || all)
    return unknown.map((snapshot, i) => ({ snapshot, instead: arePaired ? (damaged[i] ?? null) : null }))
  for (const { id } of unknown) log.absent('snapshot', id)
  return []
}

async function namesOf({ backend }: Repository, signal: AbortSignal): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of backend.list('snapshot', signal)) names.push(name)
  return names
}

async function bringBack(
  repository: Repository,
  lock: RepositoryLock,
  copy: Repository,
  { snapshot, instead }: Coming,
  same: boolean,
  log: HealLog,
  signal: AbortSignal,
): Promise<void> {
  const { backend } = repository
  if (instead !== null) await log.aside('snapshot', instead, signal)
  if (same) {
    const bytes = await intactFile(copy.backend, 'snapshot', snapshot.id, signal)
    if (bytes === null) return // it was intact a moment ago; the check that follows tells what is damaged here
    await replaceFile(backend, 'snapshot', snapshot.id, bytes, signal)
    log.healed('snapshot', snapshot.id, 'brought back from the copy')
    return
  }
  const { id, parent: _, ...fields } = snapshot
  const written = await saveSnapshot(repository, lock, { ...fields, original: snapshot.original ?? id }, signal)
  if (instead !== null) await backend.remove('snapshot', instead, signal)
  log.healed('snapshot', instead ?? written, `written anew as ${written}, from the copy`)
}

/** An earlier run has written it anew under another id, and was killed before it removed this one. */
async function removeDamaged(repository: Repository, name: string, log: HealLog, signal: AbortSignal): Promise<void> {
  await log.aside('snapshot', name, signal)
  await repository.backend.remove('snapshot', name, signal)
  log.healed('snapshot', name, 'removed: it is there under another id')
}
