import type { VersionRecord } from '../catalog/catalog.ts'
import type { Snapshot } from '../engine/snapshot/snapshot.ts'
import { BlackstartError, reasonOf } from '../errors.ts'
import type { Archive } from './archive.ts'
import { commitSession } from './commit-session.ts'
import { contentOf } from './content-of-version.ts'
import type { JournalEvent } from './journal-event.ts'
import { nodeAsset } from './node-items.ts'
import { versionTime } from './version-id.ts'
import { readTags, type VersionTags } from './version-tags.ts'

/** A snapshot that bears a version's tags, and is not what they say. */
export interface RefusedSnapshot {
  readonly snapshot: string
  readonly item: string
  readonly version: string
  /** Ends the sentence "it …". */
  readonly why: string
}

export interface Reconciled {
  /** Versions that the repository holds and the record did not know: a run was killed between the two. */
  readonly found: number
  /** Versions whose snapshot got another id, as a copy or a rewrite does. */
  readonly moved: number
  /** Versions that the record knows and the repository does not hold any more. */
  readonly lost: readonly { readonly item: string; readonly version: string }[]
  readonly refused: readonly RefusedSnapshot[]
}

/**
 * Brings the record in line with what the repository really holds. Reads only the snapshots that it does not know, and
 * believes their tags only when their content, read back, is what the tags or the record say. Throws `integrity` where
 * the journal is empty, but the repository holds copies of it.
 */
export async function reconcile(archive: Archive, signal: AbortSignal): Promise<Reconciled> {
  const { catalog } = archive.record
  const { known, present } = await bothSides(archive, signal)
  const missing = [...known]
    .filter(([snapshot]) => !present.has(snapshot))
    .map(([, { item, version }]) => ({ item, version }))
  const gone = new Map(missing.map(of => [key(of), of]))
  const events: JournalEvent[] = []
  const refused: RefusedSnapshot[] = []
  let moved = 0
  for (const name of present) {
    if (known.has(name)) continue
    const snapshot = await readable(archive, name, signal)
    const tags = snapshot === null ? null : readTags(snapshot)
    if (snapshot === null || tags === null) continue
    const { item, version } = tags
    const row = await catalog.version(item, version)
    const why = await doubt(archive, { row, snapshot, tags, present }, signal)
    if (why !== null) refused.push({ snapshot: name, item, version, why })
    else if (row === null) events.push(foundEvent(snapshot, tags))
    else {
      await catalog.setSnapshot(item, version, name)
      gone.delete(key(tags))
      moved += 1
    }
  }
  for (const { item, version } of gone.values()) await catalog.setSnapshot(item, version, null)
  await refuseEmptyJournal(archive, events)
  {
    // a verification must not take them for versions that it has seen
    await using _alone = await commitSession(archive, signal)
    await archive.record.add(events, signal)
  }
  return { found: events.length, moved, lost: [...gone.values()], refused }
}

type Known = Awaited<ReturnType<Archive['record']['catalog']['snapshots']>>

/** Taken while nobody is between writing a snapshot and recording it. */
async function bothSides(archive: Archive, signal: AbortSignal): Promise<{ known: Known; present: Set<string> }> {
  await using _alone = await commitSession(archive, signal)
  await archive.record.follow()
  const present = new Set<string>()
  for await (const { name } of archive.repository.backend.list('snapshot', signal)) present.add(name)
  return { known: await archive.record.catalog.snapshots(), present }
}

function key({ item, version }: { readonly item: string; readonly version: string }): string {
  return `${item}@${version}`
}

/** Null for a snapshot that is damaged, which is for `check` to tell, or was forgotten meanwhile. */
async function readable(archive: Archive, name: string, signal: AbortSignal): Promise<Snapshot | null> {
  try {
    return await archive.repository.snapshot(name, signal)
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return null
    throw error
  }
}

interface Claim {
  readonly row: VersionRecord | null
  readonly snapshot: Snapshot
  readonly tags: VersionTags
  /** Every snapshot of the repository. */
  readonly present: ReadonlySet<string>
}

/** Milliseconds: how far a clock may run ahead before its times count as false. */
const tolerance = 5 * 60_000

/**
 * A version that lies ahead would stay the newest for years, and be taken as fresh as long: nobody has captured it then,
 * or by a clock that was wrong. Once its time has come it is looked at again.
 */
function liesAhead(archive: Archive, { version }: VersionTags, { time }: Snapshot): boolean {
  const latest = archive.now().getTime() + tolerance
  const claimed = versionTime(version)?.getTime() ?? Number.POSITIVE_INFINITY
  return claimed > latest || Temporal.Instant.from(time).epochMilliseconds > latest
}

/** Why a snapshot is not believed to be the version of its tags; null where it is. */
async function doubt(archive: Archive, { row, snapshot, tags, present }: Claim, signal: AbortSignal) {
  if (row === null && liesAhead(archive, tags, snapshot)) return 'bears a time that lies ahead'
  if (row !== null && row.snapshot !== null && present.has(row.snapshot)) {
    return row.tree === snapshot.tree ? null : 'bears the tags of a version that is there, and holds something else'
  }
  if (row !== null && row.tree === snapshot.tree) return null
  const claimed = row?.raw ?? tags.raw
  try {
    const { item, version: id, format } = tags
    const { raw } = await contentOf(archive, { item, id, format, snapshot: snapshot.id }, signal)
    return raw === claimed ? null : 'holds other content than its tags or the journal say'
  } catch (error) {
    if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
    return `cannot be read back: ${reasonOf(error)}`
  }
}

/** Of a snapshot that is believed: every byte of it was read. */
function foundEvent(snapshot: Snapshot, tags: VersionTags): JournalEvent {
  const { kind: _, ...rest } = tags
  const at = Temporal.Instant.from(snapshot.time).toString({ smallestUnit: 'millisecond' })
  const found = { snapshot: snapshot.id, tree: snapshot.tree, milliseconds: 0, found: true, readBack: true }
  return { type: 'captured', ...rest, at, ...found }
}

/** Who emptied it would otherwise have approvals and holds forgotten for good. */
async function refuseEmptyJournal(archive: Archive, events: readonly JournalEvent[]): Promise<void> {
  if (!events.some(event => event.type === 'captured' && event.item === `${nodeAsset}/journal`)) return
  for await (const _ of archive.record.journal.lines(null)) return
  throw new BlackstartError(
    'integrity',
    `The journal ${archive.paths.journal} is empty or missing, and the repository holds copies of it. Bring the newest one back: blackstart catalog rebuild`,
    { facts: { file: archive.paths.journal } },
  )
}
