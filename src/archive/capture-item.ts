import { openSession } from '../capture/session.ts'
import type { VersionRecord } from '../catalog/catalog.ts'
import { normaliserVersion } from '../compare/normalise.ts'
import type { Snapshot } from '../engine/snapshot/snapshot.ts'
import type { Writer } from '../engine/writer.ts'
import { BlackstartError } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import { isExpected } from '../site/window.ts'
import type { AnyConnector, Archive } from './archive.ts'
import type { CaptureSheet } from './capture-sheet.ts'
import { confirmedEvent } from './confirmations.ts'
import { contentOf } from './content-of-version.ts'
import { type WrittenTree, writeItemTree } from './item-tree.ts'
import type { JournalEvent } from './journal-event.ts'
import { isKnownDamaged } from './known-damage.ts'
import { type ItemContent, type ReadProgress, readItem } from './read-item.ts'
import { type Paces, targetOf } from './target.ts'
import { nextVersionId } from './version-id.ts'
import { writeTags } from './version-tags.ts'

export interface CaptureContext {
  readonly writer: Writer
  readonly paces: Paces
  /** Milliseconds to wait for a session with the device. */
  readonly sessionWait: number
  readonly program: string
  /** Told of what has been read so far. */
  readonly onRead?: ReadProgress
  /** The change is our own: a version that was just written to the device is read back. */
  readonly isOwnChange?: boolean
}

export interface Captured {
  readonly item: string
  readonly outcome: 'version' | 'equivalent' | 'confirmed'
  readonly version: string
  readonly bytes: number
  /** For the journal, once the writer's commit has made the version durable; `untilNow` first. */
  readonly events: readonly JournalEvent[]
  /** Of `performance.now()`, when the reading began. */
  readonly began: number
  /** What is to be stored; null for a confirmation. */
  readonly stored: StoredVersion | null
}

/** A version whose content the writer has, and whose snapshot it has not. */
interface StoredVersion {
  /** The newest version when it was decided. */
  readonly previous: string | null
  readonly raw: string
  readonly snapshot: Omit<Snapshot, 'id'>
  readonly event: Omit<Extract<JournalEvent, { type: 'captured' }>, 'snapshot'>
}

/**
 * Reads one item and tells what came out of it: a version, an equivalent version or a confirmation. Nothing counts before
 * it was settled and the writer's commit is done. Throws when the item could not be read whole.
 */
export async function captureItem(
  archive: Archive,
  of: AssetItem,
  context: CaptureContext,
  signal: AbortSignal,
): Promise<Captured> {
  const started = archive.now()
  const clock = performance.now()
  const connector = connectorOf(archive, of)
  const { content, observed, trusts } = await readFromDevice(archive, of, connector, context, signal)
  const newest = await archive.record.catalog.latest(of.id)
  const previous = await comparable(archive, newest, signal)
  if (content.files === 0 && previous !== null && previous.files > 0) throw nothingLeft(of, previous)
  const took = () => Math.round(performance.now() - clock)
  const same = previous?.raw === content.raw ? previous : null
  if (same !== null && !(await isKnownDamaged(archive, same))) {
    const event = confirmedEvent(of.id, started.toISOString(), same.id, took())
    const { bytes } = content
    const events = [...trusts, event]
    return { item: of.id, outcome: 'confirmed', version: same.id, bytes, events, began: clock, stored: null }
  }
  const outcome: 'equivalent' | 'version' = previous?.content === content.content ? 'equivalent' : 'version'
  const version = nextVersionId(started, newest?.id ?? null, archive.random(4))
  const sheet = makeSheet(archive, of, { version, outcome, previous, content, observed, started, connector, context })
  const { snapshot, readBack } = await writeVersion(archive, of, sheet, content, context.writer, signal)
  if (same !== null && !readBack) throw stillDamaged(of, same)
  const { raw, bytes, files, normaliser } = sheet
  const event = {
    type: 'captured' as const,
    item: of.id,
    at: started.toISOString(),
    outcome,
    version,
    tree: snapshot.tree,
    content: content.content,
    normaliser,
    raw,
    bytes,
    files,
    format: observed.get('format') ?? null,
    milliseconds: took(),
    readBack,
    ...(context.isOwnChange ? { expected: true, own: true as const } : expectation(archive, of, outcome, newest)),
  }
  const stored = { previous: newest?.id ?? null, raw, snapshot, event }
  return { item: of.id, outcome, version, bytes, events: trusts, began: clock, stored }
}

/** Between when the version before was seen last, and now, the device was changed. */
function expectation(
  { site, now }: Archive,
  { item }: AssetItem,
  outcome: 'version' | 'equivalent',
  before: VersionRecord | null,
): { readonly expected?: boolean } {
  if (before === null) return {}
  // the same content: what was said of it still holds
  if (outcome === 'equivalent') return before.expected === null ? {} : { expected: before.expected === 1 }
  const span = {
    since: Temporal.Instant.from(before.seen),
    at: Temporal.Instant.fromEpochMilliseconds(now().getTime()),
  }
  const expected = isExpected(item.change, span, site.timezone)
  return expected === null ? {} : { expected }
}

/**
 * Queues what was captured for the writer's commit. Where another process has stored the same content since, that
 * version is confirmed instead. To be called within a commit session, with the record up to date.
 */
export async function settle(archive: Archive, captured: Captured, writer: Writer): Promise<Captured> {
  const { stored, item } = captured
  if (stored === null) return captured
  const newest = await archive.record.catalog.latest(item)
  const { raw, event } = stored
  if (newest !== null && newest.id !== stored.previous && newest.snapshot !== null && newest.raw === raw) {
    const { at, milliseconds } = event
    const confirmed = confirmedEvent(item, at, newest.id, milliseconds)
    const events = [...captured.events, confirmed]
    return { ...captured, outcome: 'confirmed', version: newest.id, events, stored: null }
  }
  const snapshot = writer.addSnapshot(stored.snapshot)
  return { ...captured, events: [...captured.events, { ...event, snapshot }], stored: null }
}

/**
 * The events of a capture, lasting until now: a version counts when it is stored, not when it was read. By the clock that
 * nobody sets.
 */
export function untilNow({ events, began }: Pick<Captured, 'events' | 'began'>): readonly JournalEvent[] {
  const milliseconds = Math.round(performance.now() - began)
  return events.map(event => {
    if (event.type === 'captured') return { ...event, milliseconds }
    if (event.type !== 'confirmed') return event
    const items = Object.entries(event.items).map(([item, [version, later]]) => [item, [version, later, milliseconds]])
    return { ...event, items: Object.fromEntries(items) }
  })
}

/** A share that is not mounted, or a card that was pulled, looks like an empty folder: that is no version of a program. */
function nothingLeft(of: AssetItem, previous: VersionRecord): BlackstartError {
  const files = previous.files === 1 ? 'a file' : `${previous.files} files`
  return new BlackstartError(
    'missing',
    `${of.id}: there is nothing to read, where ${previous.id} held ${files}. Is a share not mounted, a card pulled, the path changed? If it was emptied on purpose, take the item out of site.yaml: its versions stay.`,
    { facts: { previous: previous.id } },
  )
}

/** Stored again it would be as damaged as before: what the repository is said to hold is not written a second time. */
function stillDamaged(of: AssetItem, same: VersionRecord): BlackstartError {
  return new BlackstartError(
    'integrity',
    `${of.id} is still what ${same.id} was, and what the repository holds of it is damaged. Take that out, then capture again: "blackstart findings verification-errors" says how.`,
    { facts: { previous: same.id } },
  )
}

/** The connector that the item names. */
export function connectorOf(archive: Archive, of: AssetItem): AnyConnector {
  const connector = archive.connectors.get(of.item.via)
  if (connector !== undefined) return connector
  const kinds = [...archive.connectors.keys()].join(', ')
  throw new BlackstartError('site-invalid', `${of.id}: there is no connector "${of.item.via}"; there are ${kinds}.`)
}

interface DeviceReading {
  readonly content: ItemContent
  readonly observed: ReadonlyMap<string, string>
  readonly trusts: readonly JournalEvent[]
}

async function readFromDevice(
  archive: Archive,
  of: AssetItem,
  connector: AnyConnector,
  context: CaptureContext,
  signal: AbortSignal,
): Promise<DeviceReading> {
  const observed = new Map<string, string>()
  const trusts: JournalEvent[] = []
  const make = (trusted: string | null, device: string) =>
    targetOf(archive, {
      of,
      pace: context.paces.of(of.asset),
      trusted,
      observed,
      onTrust: fingerprint => trusts.push({ type: 'trusted', asset: of.asset.id, device, fingerprint }),
    })
  const { writer, onRead } = context
  const parts = { writer, onRead: onRead ?? null, format: () => observed.get('format') ?? null }
  const device = connector.device(make(null, ''))
  if (device === null) {
    const content = await readItem(connector, make(null, ''), parts, signal)
    return { content, observed, trusts }
  }
  await using _session = await openSession({ folder: archive.paths.run, device, wait: context.sessionWait }, signal)
  const target = make(await archive.record.catalog.trusted(of.asset.id, device), device)
  const content = await readItem(connector, target, parts, signal)
  return { content, observed, trusts }
}

/** The newest version, its digest made by today's normaliser; null where the repository lost it. */
async function comparable(
  archive: Archive,
  newest: VersionRecord | null,
  signal: AbortSignal,
): Promise<VersionRecord | null> {
  if (newest === null || newest.snapshot === null) return null
  if (newest.normaliser === normaliserVersion) return newest
  try {
    const { content } = await contentOf(archive, newest, signal)
    await archive.record.catalog.setContent(newest.item, newest.id, content, normaliserVersion)
    return { ...newest, content, normaliser: normaliserVersion }
  } catch (error) {
    // damaged: every byte can still be compared, and what the device holds now must be kept all the more
    if (error instanceof BlackstartError && error.code === 'integrity') return newest
    throw error
  }
}

interface SheetParts {
  readonly version: string
  readonly outcome: 'version' | 'equivalent'
  readonly previous: VersionRecord | null
  readonly content: ItemContent
  readonly observed: ReadonlyMap<string, string>
  readonly started: Date
  readonly connector: AnyConnector
  readonly context: CaptureContext
}

function makeSheet(archive: Archive, of: AssetItem, parts: SheetParts): CaptureSheet {
  const { id, name, kind, zone, vendor, model, serial, firmware, address } = of.asset
  return {
    format: 1,
    version: parts.version,
    item: of.id,
    itemKind: of.item.kind,
    outcome: parts.outcome,
    previous: parts.previous?.id ?? null,
    asset: { id, name, kind, zone, vendor, model, serial, firmware, address },
    connector: of.item.via,
    impact: parts.connector.impact.capture,
    started: parts.started.toISOString(),
    finished: archive.now().toISOString(),
    observed: Object.fromEntries(parts.observed),
    content: parts.content.content,
    normaliser: normaliserVersion,
    raw: parts.content.raw,
    bytes: parts.content.bytes,
    files: parts.content.files,
    program: parts.context.program,
  }
}

interface WrittenVersion {
  readonly snapshot: Omit<Snapshot, 'id'>
  /** Whether the writer's commit makes it one that was read back whole. */
  readonly readBack: boolean
}

async function writeVersion(
  archive: Archive,
  of: AssetItem,
  sheet: CaptureSheet,
  content: ItemContent,
  writer: Writer,
  signal: AbortSignal,
): Promise<WrittenVersion> {
  const started = new Date(sheet.started)
  const tree = await writeItemTree(writer, of.id, content.entries, sheet, started, signal)
  const snapshot = {
    time: sheet.started,
    tree: tree.id,
    paths: [`/${of.id}`],
    hostname: of.asset.id,
    username: archive.record.actor,
    tags: writeTags({ ...sheet, kind: sheet.itemKind, format: sheet.observed.format ?? null }),
    programVersion: sheet.program,
  }
  return { snapshot, readBack: await isReadBack(tree, content, writer, signal) }
}

/** Reads what earlier runs have stored, too: a version that refers to damaged content is not verified. */
async function isReadBack(tree: WrittenTree, content: ItemContent, writer: Writer, signal: AbortSignal) {
  const blobs = content.entries.values().flatMap(entry => (entry.type === 'file' ? entry.blobs : []))
  return (await writer.readsBack('tree', tree.folders, signal)) && (await writer.readsBack('data', blobs, signal))
}
