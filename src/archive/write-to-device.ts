import { openSession } from '../capture/session.ts'
import type { VersionRecord } from '../catalog/catalog.ts'
import type { Comparison } from '../compare/compare-versions.ts'
import { BlackstartError, isOfDisk, reasonOf } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import type { Archive } from './archive.ts'
import { connectorOf } from './capture-item.ts'
import { compareStored } from './compare-stored.ts'
import { findVersion } from './find-version.ts'
import { entriesOf } from './restore-version.ts'
import { type SweepOptions, sweep } from './sweep.ts'
import type { SweepResult } from './sweep-session.ts'
import { paces, targetOf } from './target.ts'

export interface WrittenToDevice {
  /** What the device held before; null where nothing could be read and that was accepted. */
  readonly safety: string | null
  /** The version that reading the device back made or confirmed. */
  readonly readBack: string
  /** What was meant against what the device now holds. */
  readonly comparison: Comparison
}

export interface WriteOptions {
  readonly sweep: SweepOptions
  /** Goes on where the device cannot be read first, as one that was replaced and is empty. */
  readonly withoutSafety: boolean
  /** Why, for the journal; empty where nothing was said. */
  readonly reason: string
  readonly onStep: (step: 'safety' | 'write' | 'read-back' | 'compare') => void
}

/**
 * Writes a version back to its device: captures what is there first, writes, reads back, compares. Throws `mismatch`
 * when the device holds something else afterwards.
 */
export async function writeToDevice(
  archive: Archive,
  of: AssetItem,
  version: VersionRecord,
  options: WriteOptions,
  signal: AbortSignal,
): Promise<WrittenToDevice> {
  const connector = connectorOf(archive, of)
  if (connector.restore === undefined) throw unsupported(of, version)
  options.onStep('safety')
  const safety = await captureNow(archive, of, options, signal)
  // the last moment at which it can be given up
  signal.throwIfAborted()
  if (safety.error !== null && !options.withoutSafety) throw noSafety(of, safety.error)
  const said = {
    ...(options.withoutSafety && { withoutSafety: true }),
    ...(options.reason !== '' && { reason: options.reason }),
  }
  let made: string | null = null
  const note = (result: 'done' | 'failed' | 'mismatch') => {
    const about = { type: 'restored', item: of.id, version: version.id, to: 'device' } as const
    const event = { ...about, target: of.asset.address ?? '', safety: safety.version, result, made, ...said }
    return archive.record.add([event], new AbortController().signal)
  }
  let written: WrittenToDevice
  try {
    options.onStep('write')
    await write(archive, of, version, options, signal)
    options.onStep('read-back')
    const own = { ...options, sweep: { ...options.sweep, isOwnChange: true } }
    const back = await captureNow(archive, of, own, signal)
    if (back.outcome !== 'confirmed') made = back.version
    if (back.error !== null || back.version === null) throw notReadBack(of, back.error)
    options.onStep('compare')
    const held = await findVersion(archive.record, of.id, back.version)
    const comparison = await compareStored(archive, version, held, 3, signal)
    // a device may hold more than was written; what was written must all be there
    const differs = comparison.changes.filter(change => change.kind !== 'added' && change.kind !== 'volatile')
    if (!comparison.equivalent && differs.some(change => change.kind !== 'mode'))
      throw mismatch(of, version, comparison)
    written = { safety: safety.version, readBack: back.version, comparison }
  } catch (error) {
    const known = error instanceof BlackstartError
    // what the device holds now matters more than that this could not be recorded: that is said after it
    const unrecorded = await note(known && error.code === 'mismatch' ? 'mismatch' : 'failed').then(() => null, reasonOf)
    throw known ? withRest(of, error, safety.version, unrecorded) : error
  }
  await note('done').catch((error: unknown) => Promise.reject(notRecorded(of, version, error)))
  return written
}

/** Whoever stands before the machine must know what it held before, and why the journal does not say that it was written to. */
function withRest(
  { id }: AssetItem,
  error: BlackstartError,
  safety: string | null,
  unrecorded: string | null,
): BlackstartError {
  const { code, facts, retry, message } = error
  const before = safety === null ? [] : [`Before the writing it held ${id}@${safety}.`]
  const rest = unrecorded === null ? before : [...before, unrecorded]
  if (rest.length === 0) return error
  return new BlackstartError(code, [message, ...rest].join(' '), {
    facts: { ...facts, ...(safety === null ? {} : { safety }) },
    retry,
    cause: error,
  })
}

async function captureNow(
  archive: Archive,
  of: AssetItem,
  options: WriteOptions,
  signal: AbortSignal,
): Promise<Pick<SweepResult, 'outcome' | 'version' | 'error'>> {
  const failed = (code: string, message: string) =>
    ({ outcome: 'failed', version: null, error: { code, message } }) as const
  try {
    const results = await sweep(archive, [of], options.sweep, signal)
    const result = results.find(one => one.item === of.id)
    return result ?? failed('internal', `${of.id}: the capture gave no result`)
  } catch (error) {
    if (!isOfDisk(error)) throw error
    return failed(error.code, error.message)
  }
}

async function write(
  archive: Archive,
  of: AssetItem,
  version: VersionRecord,
  options: WriteOptions,
  signal: AbortSignal,
): Promise<void> {
  const connector = connectorOf(archive, of)
  await using _lock = await archive.repository.lockForReading(signal)
  const make = (trusted: string | null) =>
    targetOf(archive, {
      of,
      pace: paces(archive.site).of(of.asset),
      trusted,
      observed: new Map(),
      onTrust: () => undefined,
    })
  const device = connector.device(make(null))
  const trusted = device === null ? null : await archive.record.catalog.trusted(of.asset.id, device)
  await using _session =
    device === null
      ? null
      : await openSession({ folder: archive.paths.run, device, wait: options.sweep.sessionWait }, signal)
  await connector.restore?.(make(trusted), entriesOf(archive, version, signal), signal)
}

function unsupported(of: AssetItem, version: VersionRecord): BlackstartError {
  return new BlackstartError(
    'unsupported',
    `${of.id}: the connector "${of.item.via}" cannot write to a device. Restore into a folder (blackstart restore ${of.id}@${version.id} --to DIR) and load it with the device's own tool.`,
  )
}

function noSafety(of: AssetItem, error: { code: string; message: string }): BlackstartError {
  return new BlackstartError(
    'refused',
    `${of.id}: nothing was written, because what the device holds now could not be captured first. ${error.message} If the device is new or empty, write without that: --without-safety-capture`,
    { facts: { code: error.code } },
  )
}

function notReadBack(of: AssetItem, error: { code: string; message: string } | null): BlackstartError {
  return new BlackstartError(
    'mismatch',
    `${of.id}: it was written, but could not be read back, so nobody knows what the device holds now. ${error?.message ?? ''} Capture it again before you start the machine.`,
  )
}

function notRecorded({ id }: AssetItem, version: VersionRecord, error: unknown): unknown {
  if (!(error instanceof BlackstartError)) return error
  const { code, facts, message } = error
  const sentence = `${id}: its device holds ${version.id} again, read back and compared; but that could not be recorded. ${message}`
  return new BlackstartError(code, sentence, { facts, cause: error })
}

function mismatch(of: AssetItem, version: VersionRecord, comparison: Comparison): BlackstartError {
  return new BlackstartError(
    'mismatch',
    `${of.id}: written, but the device now holds something else than ${version.id}: ${comparison.summary}. Do not start the machine; look at blackstart diff ${of.id} ${version.id} latest`,
    { facts: { summary: comparison.summary } },
  )
}
