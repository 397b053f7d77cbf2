import type { Archive } from '../../archive/archive.ts'
import { approve, forgetFingerprints, hold, release } from '../../archive/decide.ts'
import { findVersion } from '../../archive/find-version.ts'
import type { SiteRecord } from '../../archive/record.ts'
import type { VersionRecord } from '../../catalog/catalog.ts'
import { BlackstartError } from '../../errors.ts'

export interface Decided {
  readonly item: string
  readonly version: string
}

/** Declares a version to be the right one. Throws `not-found`. */
export function approveVersion(
  { record }: Archive,
  item: string,
  which: string,
  note: string | null,
  signal: AbortSignal,
): Promise<Decided> {
  return decided(record, item, which, version => approve(record, version, note, signal))
}

/** Keeps a version for ever. Throws `not-found`. */
export function holdVersion(
  { record }: Archive,
  item: string,
  which: string,
  reason: string,
  signal: AbortSignal,
): Promise<Decided> {
  return decided(record, item, which, version => hold(record, version, reason, signal))
}

/** Ends a hold. Throws `not-found`. */
export function releaseVersion(
  { record }: Archive,
  item: string,
  which: string,
  reason: string,
  signal: AbortSignal,
): Promise<Decided> {
  return decided(record, item, which, version => release(record, version, reason, signal))
}

async function decided(
  record: SiteRecord,
  item: string,
  which: string,
  decide: (version: VersionRecord) => Promise<void>,
): Promise<Decided> {
  const version = await findVersion(record, item, which)
  await decide(version)
  return { item, version: version.id }
}

/** The next key or certificate that an asset shows is trusted. Throws `not-found`. */
export async function trustAsset(
  { record, site }: Archive,
  asset: string,
  reason: string,
  signal: AbortSignal,
): Promise<{ readonly asset: string }> {
  if (!site.assets.some(({ id }) => id === asset)) {
    throw new BlackstartError('not-found', `site.yaml has no asset "${asset}".`)
  }
  await forgetFingerprints(record, asset, reason, signal)
  return { asset }
}
