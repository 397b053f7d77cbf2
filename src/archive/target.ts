import path from 'node:path'
import type { Pace, Target } from '../capture/connector.ts'
import { type Bucket, bucket, pace } from '../capture/pace.ts'
import { BlackstartError } from '../errors.ts'
import type { AssetItem } from '../site/item-lookup.ts'
import type { Asset, PaceLimit, Site } from '../site/site.ts'
import type { Archive } from './archive.ts'

/** Hands out each device's pace; those of one zone share that zone's bandwidth. */
export interface Paces {
  of(asset: Asset): Pace
}

export function paces(site: Site): Paces {
  const clock = () => performance.now()
  const buckets = (limit: PaceLimit): Bucket[] => (limit.bandwidth === null ? [] : [bucket(limit.bandwidth, clock)])
  const zones = new Map(site.zones.map(zone => [zone.id, { pace: zone.pace, buckets: buckets(zone.pace) }]))
  const assets = new Map(site.assets.map(asset => [asset.id, buckets(asset.pace)]))
  return {
    of(asset) {
      const zone = zones.get(asset.zone)
      const pauses = [asset.pace.pause, zone?.pace.pause ?? null].map(pause => pause?.total('milliseconds') ?? 0)
      return pace([...(assets.get(asset.id) ?? []), ...(zone?.buckets ?? [])], Math.max(...pauses))
    },
  }
}

const connectDefault = 15_000
const idleDefault = 30_000

export interface TargetParts {
  readonly of: AssetItem
  readonly pace: Pace
  /** The fingerprint that the device showed first; null when it was never met. */
  readonly trusted: string | null
  /** Gathers what the connector observes. */
  readonly observed: Map<string, string>
  /** Told of a fingerprint that is seen for the first time. */
  readonly onTrust: (fingerprint: string) => void
}

/** One item, made ready for its connector. */
export function targetOf(archive: Archive, parts: TargetParts): Target<unknown> {
  const { asset, item, id } = parts.of
  let trusted = parts.trusted
  return {
    item: id,
    kind: item.kind,
    asset: { id: asset.id, address: asset.address },
    options: item.options,
    folder: archive.folder,
    excluded: excluder(item.exclude),
    secret: name => secretOf(archive, id, name),
    trust(fingerprint) {
      if (trusted === null) {
        trusted = fingerprint
        parts.onTrust(fingerprint)
      } else if (trusted !== fingerprint) throw anotherDevice(id, asset, trusted, fingerprint)
    },
    pace: parts.pace,
    timeouts: {
      connect: asset.timeouts.connect?.total('milliseconds') ?? connectDefault,
      idle: asset.timeouts.idle?.total('milliseconds') ?? idleDefault,
    },
    observe: (fact, value) => void parts.observed.set(fact, value),
  }
}

/** A pattern without `/` matches a name at any depth; one with it matches the path from the item's root. */
function excluder(patterns: readonly string[]): (entry: string) => boolean {
  if (patterns.length === 0) return () => false
  return entry =>
    patterns.some(pattern =>
      path.posix.matchesGlob(pattern.includes('/') ? entry : path.posix.basename(entry), pattern),
    )
}

function secretOf(archive: Archive, item: string, name: string): string {
  const value = archive.secrets.get(name)
  if (value !== null) return value
  throw new BlackstartError(
    'secret-missing',
    `${item}: needs the secret "${name}", which is not set. Set it: blackstart secrets set ${name}`,
    { facts: { name } },
  )
}

function anotherDevice(item: string, asset: Asset, before: string, now: string): BlackstartError {
  return new BlackstartError(
    'host-key',
    `${item}: the device at ${asset.address ?? asset.id} identifies itself as ${now}, but was ${before} until now. Either it was replaced or its key renewed (then accept it: blackstart trust ${asset.id}), or somebody stands in between: find out first.`,
    { facts: { before, now } },
  )
}
