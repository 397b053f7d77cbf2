import { BlackstartError } from '../errors.ts'
import type { Repository } from './repository.ts'
import { ownerOf } from './restore/ownership.ts'
import { preparedTarget } from './restore/prepared-target.ts'
import { Restoration } from './restore/restoration.ts'
import type { RestoreOptions } from './restore/restore-options.ts'
import { RestorePool } from './restore/restore-pool.ts'
import { expectedOf } from './restore/restore-progress.ts'
import type { RestoreResult } from './restore/restore-report.ts'
import { RestoreRun } from './restore/restore-run.ts'
import { selection } from './restore/selection.ts'
import { Verifier } from './restore/verifier.ts'
import type { Snapshot } from './snapshot/snapshot.ts'

export type { RestoreOptions } from './restore/restore-options.ts'
export type { RestoreAmount, RestoreProgress } from './restore/restore-progress.ts'
export type { RestoreResult } from './restore/restore-report.ts'

/**
 * Restores a snapshot, or a part of it, by these rules: every blob is verified before it is written; a file is marked as
 * unfinished until it is whole, so that the same restore after a kill completes it; a file that is there keeps its inode,
 * and only what differs is written; nothing is written outside the target, whatever the trees or links in it say, as long as
 * nobody else changes folders of the target meanwhile: restore into one that others may not write to. Throws
 * `not-found` for a `path` that the snapshot does not have.
 */
export async function restore(
  repository: Repository,
  snapshot: Snapshot,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const select = selection(options)
  const from = options.path ?? '/'
  const isWhole = from.split('/').every(name => name === '')
  const node = isWhole ? null : await repository.find(snapshot, from, signal)
  if (!isWhole && node === null) {
    throw new BlackstartError('not-found', `Snapshot ${snapshot.id.slice(0, 8)} has no ${from}.`, {
      facts: { snapshot: snapshot.id, path: from },
    })
  }
  const target = await preparedTarget(options)
  const owners = await ownerOf(options.ownership ?? 'numbers', signal)
  const run = new RestoreRun(options, owners, expectedOf(snapshot, options), signal)
  await using pool = new RestorePool({ key: repository.key.toJson(), sparse: options.sparse ?? true })
  const verifier = options.verify === true ? new Verifier(pool, target, run) : null
  await using restoration = new Restoration({ run, repository, pool, select, verifier })
  if (node === null || node.subtree !== undefined) await restoration.all(node?.subtree ?? snapshot.tree, target)
  else await restoration.one(node, snapshot.tree, target)
  return run.report.result
}
