import { encodeSnapshot, type Snapshot } from '../../../engine/snapshot/snapshot.ts'

/** A snapshot as restic's --json gives it. */
export function snapshotJson({ id, ...fields }: Snapshot): Readonly<Record<string, unknown>> {
  return { ...(JSON.parse(encodeSnapshot(fields)) as object), id, short_id: shortId(id) }
}

export function shortId(id: string): string {
  return id.slice(0, 8)
}
