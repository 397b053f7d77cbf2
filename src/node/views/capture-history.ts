import { nodeAsset } from '../../archive/node-items.ts'
import type { CaptureRecord, Catalog } from '../../catalog/catalog.ts'
import type { CaptureCursor, CaptureFilter, CapturesOf } from '../../catalog/histories.ts'
import { failureRemedy } from './failure-remedy.ts'
import { badCursor, opaqueCursor, openCursor } from './find-rows.ts'

export interface CapturePage {
  readonly outcome: CaptureFilter
  readonly cursor?: string | undefined
  readonly limit: number
}

/** All captures but those of what the node keeps of itself. */
export const withoutOwn: CapturesOf = { without: nodeAsset }

/** Newest first, by the time that each row shows. */
export async function captureHistory({ histories }: Catalog, of: CapturesOf, { outcome, cursor, limit }: CapturePage) {
  const before = cursor === undefined ? null : captureCursor(cursor)
  const found = await histories.captures(of, outcome, before, limit + 1)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map(row => ({
      ...{ item: row.item, time: row.time, outcome: row.outcome, version: row.version },
      took: row.milliseconds === 0 ? null : row.milliseconds,
      failure: row.outcome === 'failed' ? failureOf(row) : null,
    })),
    next:
      found.length > limit && last !== undefined ? opaqueCursor('captures', [last.time, last.seq, last.item]) : null,
  }
}

function failureOf({ item, code, message }: CaptureRecord) {
  const failure = { code: code ?? '', message: message ?? '' }
  return { ...failure, remedy: failureRemedy(failure, item) }
}

function captureCursor(cursor: string): CaptureCursor {
  const value = openCursor('captures', cursor)
  const [time, seq, item]: unknown[] = Array.isArray(value) ? value : []
  if (typeof time !== 'string' || typeof seq !== 'number' || typeof item !== 'string') throw badCursor()
  return { time, seq, item }
}
