import { BlackstartError } from '../../errors.ts'
import { soundSnapshots } from '../check/check-files.ts'
import type { TreePlace } from '../check/walk-trees.ts'
import { CopiedBefore } from '../copy/copied-before.ts'
import { rewrittenTag } from '../edit/rewrite-snapshots.ts'
import { saveSnapshot } from '../edit/save-snapshot.ts'
import type { RepositoryLock } from '../lock/repository-lock.ts'
import type { Repository } from '../repository.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { HealLog } from './heal-log.ts'
import { intactFile, replaceFile } from './intact-file.ts'
import { repairedTag } from './repair-snapshots.ts'

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

/**
 * Finds snapshots that are damaged here, or (where `all`) missing, and that the copy has. A damaged file is replaced only by what
 * is known to be the same: by the snapshot of its name, or in a copy with other keys by the one that was made of it.
 */
export async function planSnapshots(
  repository: Repository,
  copy: Repository,
  options: { readonly same: boolean; readonly all: boolean },
  log: HealLog,
  signal: AbortSignal,
): Promise<SnapshotPlan> {
  const own = await ownSnapshots(repository, signal)
  const { damaged, roots } = own
  const coming: Coming[] = []
  const unknown: Snapshot[] = []
  const copies = new CopiesOf()
  const writtenBefore = new Set<string>()
  // what is damaged in the copy is no help, and the check of the copy tells it
  const skipped = (): void => undefined
  for await (const snapshot of soundSnapshots(copy, await namesOf(copy, signal), skipped, signal)) {
    const id = options.same ? snapshot.id : (snapshot.original ?? snapshot.id)
    const isCopy = options.same || !isReduced(snapshot)
    // among the files of one repository two snapshots that are alike are two: each comes back by its own name
    if (!options.same && own.exact.find(snapshot) !== null) {
      if (isCopy) writtenBefore.add(id)
    } else if (isCopy && damaged.has(id)) copies.add(id, snapshot)
    else if (own.trees.get(id)?.has(snapshot.tree) !== true) unknown.push(snapshot)
  }
  const stale = damaged.intersection(writtenBefore)
  for (const [instead, snapshots] of copies) {
    const [first, ...others] = snapshots
    if (others.length === 0 && first !== undefined && !stale.has(instead)) coming.push({ snapshot: first, instead })
    else unknown.push(...snapshots)
  }
  for (const snapshot of unknown) {
    if (options.all) coming.push({ snapshot, instead: null })
    else log.absent('snapshot', snapshot.id)
  }
  for (const { snapshot } of coming) roots.push({ id: snapshot.tree, path: '/', snapshot: snapshot.id })
  const finish = async (lock: RepositoryLock, end: AbortSignal): Promise<void> => {
    for (const each of coming) await bringBack(repository, lock, copy, each, options.same, log, end)
    for (const name of stale) await removeDamaged(repository, name, log, end)
  }
  return { roots, finish }
}

/** `rewrite` and `repair snapshots`, ours and restic's, mark so what lacks something of a snapshot that they have left where it is. */
function isReduced({ tags }: Snapshot): boolean {
  return tags.includes(rewrittenTag) || tags.includes(repairedTag)
}

/** Snapshots of the copy by what they were made of: one of each content. */
class CopiesOf {
  readonly #each = new Map<string, { readonly contents: CopiedBefore; readonly snapshots: Snapshot[] }>()

  add(id: string, snapshot: Snapshot): void {
    const { contents, snapshots } = this.#each.get(id) ?? { contents: new CopiedBefore(), snapshots: [] }
    if (contents.find(snapshot) !== null) return
    contents.add(snapshot)
    snapshots.push(snapshot)
    this.#each.set(id, { contents, snapshots })
  }

  *[Symbol.iterator](): Generator<[string, readonly Snapshot[]]> {
    for (const [id, { snapshots }] of this.#each) yield [id, snapshots]
  }
}

interface OwnSnapshots {
  readonly exact: CopiedBefore
  /** By the ids of the sound ones, and those that they had before. */
  readonly trees: ReadonlyMap<string, ReadonlySet<string>>
  readonly damaged: ReadonlySet<string>
  readonly roots: TreePlace[]
}

async function ownSnapshots(repository: Repository, signal: AbortSignal): Promise<OwnSnapshots> {
  const exact = new CopiedBefore()
  const trees = new Map<string, Set<string>>()
  const [damaged, roots] = [new Set<string>(), [] as TreePlace[]]
  const noteDamaged = (error: unknown): void => {
    if (!(error instanceof BlackstartError)) throw error
    damaged.add(String(error.facts.name))
  }
  const names = await namesOf(repository, signal)
  for await (const snapshot of soundSnapshots(repository, names, noteDamaged, signal)) {
    exact.add(snapshot)
    for (const id of [snapshot.id, snapshot.original]) {
      if (id !== undefined) trees.set(id, (trees.get(id) ?? new Set()).add(snapshot.tree))
    }
    roots.push({ id: snapshot.tree, path: '/', snapshot: snapshot.id })
  }
  return { exact, trees, damaged, roots }
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
  if (instead === null) return log.healed('snapshot', written, `brought back: it is ${id} of the copy`)
  await backend.remove('snapshot', instead, signal)
  log.healed('snapshot', instead, `written anew as ${written}, from the copy`)
}

/** An earlier run has written it anew under another id, and was killed before it removed this one. */
async function removeDamaged(repository: Repository, name: string, log: HealLog, signal: AbortSignal): Promise<void> {
  await log.aside('snapshot', name, signal)
  await repository.backend.remove('snapshot', name, signal)
  log.healed('snapshot', name, 'removed: it is there under another id')
}
