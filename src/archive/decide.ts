import type { VersionRecord } from '../catalog/catalog.ts'
import { BlackstartError } from '../errors.ts'
import type { SiteRecord } from './record.ts'

/** Declares a version to be the right one. */
export async function approve(
  record: SiteRecord,
  version: VersionRecord,
  note: string | null,
  signal: AbortSignal,
): Promise<void> {
  await record.add([{ type: 'approved', item: version.item, version: version.id, note }], signal)
}

/** Keeps a version for ever, whatever the keep rules say, until it is released. */
export async function hold(
  record: SiteRecord,
  version: VersionRecord,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  await record.add([{ type: 'held', item: version.item, version: version.id, reason }], signal)
}

/** Ends a hold. Throws `not-found` where there is none. */
export async function release(
  record: SiteRecord,
  version: VersionRecord,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const held = (await record.catalog.holds(version.item)).some(one => one.version === version.id)
  if (!held) throw new BlackstartError('not-found', `${version.item}@${version.id} is under no hold.`)
  await record.add([{ type: 'released', item: version.item, version: version.id, reason }], signal)
}

/** Forgets how an asset's devices identified themselves: the next key or certificate that they show is trusted. */
export async function forgetFingerprints(
  record: SiteRecord,
  asset: string,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  await record.add([{ type: 'forgotten', asset, reason }], signal)
}
