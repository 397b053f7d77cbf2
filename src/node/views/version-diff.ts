import type { Archive } from '../../archive/archive.ts'
import { compareStored } from '../../archive/compare-stored.ts'
import { findVersion } from '../../archive/find-version.ts'
import type { Change } from '../../compare/comparison.ts'
import { BlackstartError } from '../../errors.ts'

export interface DiffRequest {
  readonly from?: string | undefined
  readonly to: string
  readonly context: number
  readonly path?: string | undefined
}

const mostChanges = 2_000
const mostLines = 50_000

/** What changed between two versions, secrets masked; by default since the one before. Throws `not-found`. */
export async function versionDiff(archive: Archive, item: string, request: DiffRequest, signal: AbortSignal) {
  const { record } = archive
  const to = await findVersion(record, item, request.to)
  const from = await findVersion(record, item, request.from ?? (await versionBefore(archive, item, to.id)))
  const comparison = await compareStored(archive, from, to, request.context, signal)
  const { equal, equivalent, summary } = comparison
  const wanted = comparison.changes.filter(({ path }) => request.path === undefined || path === request.path)
  const changes = shortened(wanted)
  return {
    ...{ item, from: from.id, to: to.id, format: to.format ?? from.format, equal, equivalent, summary, changes },
    cut: changes.length < wanted.length || linesOf(changes) < linesOf(wanted),
  }
}

/** The version before `id`. Throws `not-found` for the first of an item. */
async function versionBefore({ record }: Archive, item: string, id: string): Promise<string> {
  const [earlier] = await record.catalog.histories.versions(item, id, 1)
  if (earlier !== undefined) return earlier.id
  throw new BlackstartError('not-found', `${item} has only one version so far: there is nothing to compare it with.`)
}

function linesOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { hunks = [] }) => sum + hunks.reduce((lines, one) => lines + one.lines.length, 0), 0)
}

/** As much as a page can show; whole hunks, the first ones. */
function shortened(changes: readonly Change[]): readonly Change[] {
  let left = mostLines
  return changes.slice(0, mostChanges).map(change => {
    if (change.hunks === undefined) return change
    const hunks = change.hunks.filter(({ lines }) => {
      left -= lines.length
      return left >= 0
    })
    return { ...change, hunks }
  })
}
