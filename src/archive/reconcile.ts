import type { Archive } from './archive.ts'
import type { JournalEvent } from './journal-event.ts'
import { readTags } from './version-tags.ts'

export interface Reconciled {
  /** Versions that the repository holds and the record did not know: a run was killed between the two. */
  readonly found: number
  /** Versions whose snapshot got another id, as a copy or a rewrite does. */
  readonly moved: number
  /** Versions that the record knows and the repository does not hold any more. */
  readonly lost: readonly { readonly item: string; readonly version: string }[]
}

/** Brings the record in line with what the repository really holds. Reads only the snapshots that it does not know. */
export async function reconcile(archive: Archive, signal: AbortSignal): Promise<Reconciled> {
  const { catalog } = archive.record
  const known = new Map(await catalog.snapshots())
  const events: JournalEvent[] = []
  let moved = 0
  for await (const { name } of archive.repository.backend.list('snapshot', signal)) {
    if (known.delete(name)) continue
    const snapshot = await archive.repository.snapshot(name, signal)
    const tags = readTags(snapshot.tags)
    if (tags === null) continue
    const rows = await catalog.versions(tags.item)
    if (rows.some(row => row.id === tags.version)) {
      await catalog.setSnapshot(tags.item, tags.version, name)
      known.forEach(({ item, version }, id) => {
        if (item === tags.item && version === tags.version) known.delete(id)
      })
      moved += 1
      continue
    }
    const { kind: _, ...rest } = tags
    const at = Temporal.Instant.from(snapshot.time).toString({ smallestUnit: 'millisecond' })
    events.push({ type: 'captured', ...rest, at, snapshot: name, milliseconds: 0, found: true })
  }
  for (const { item, version } of known.values()) await catalog.setSnapshot(item, version, null)
  await archive.record.add(events, signal)
  return { found: events.length, moved, lost: [...known.values()] }
}
