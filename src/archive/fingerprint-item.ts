import { openSession } from '../capture/session.ts'
import { BlackstartError } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import type { Archive } from './archive.ts'
import { type CaptureContext, connectorOf } from './capture-item.ts'
import { targetOf } from './target.ts'

/** Whether the item's connector reads fingerprints of anything at all. */
export function hasFingerprint(archive: Pick<Archive, 'connectors'>, { item }: AssetItem): boolean {
  return archive.connectors.get(item.via)?.fingerprint !== undefined
}

/**
 * The item's fingerprint, read as gently as a capture reads it: in the device's one session, at its pace. Null where there is none.
 * Throws what a capture throws; `device-busy` where another session lasts longer than `sessionWait`, and `host-key` for a device
 * that no capture has met yet, whose identity a capture has to record first.
 */
export async function fingerprintItem(
  archive: Archive,
  of: AssetItem,
  context: Pick<CaptureContext, 'paces' | 'sessionWait'>,
  signal: AbortSignal,
): Promise<string | null> {
  const connector = connectorOf(archive, of)
  if (connector.fingerprint === undefined) return null
  const target = (trusted: string | null) =>
    targetOf(archive, {
      ...{ of, pace: context.paces.of(of.asset), trusted, observed: new Map() },
      onTrust: () => {
        throw notMet(of)
      },
    })
  const device = connector.device(target(null))
  if (device === null) return await connector.fingerprint(target(null), signal)
  await using _session = await openSession({ folder: archive.paths.run, device, wait: context.sessionWait }, signal)
  return await connector.fingerprint(target(await archive.record.catalog.trusted(of.asset.id, device)), signal)
}

function notMet(of: AssetItem): BlackstartError {
  return new BlackstartError(
    'host-key',
    `${of.id}: no capture has met this device yet, so its identity is not known. Capture it first: blackstart capture ${of.id}`,
    { retry: true },
  )
}
