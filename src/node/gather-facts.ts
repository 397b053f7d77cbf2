import { stat } from 'node:fs/promises'
import type { SiteRecord } from '../archive/record.ts'
import { sitePaths } from '../archive/site-paths.ts'
import type { ItemState } from '../catalog/catalog.ts'
import type { Facts, ItemFacts } from '../policy/judge.ts'
import { itemsOf } from '../site/item-lookup.ts'
import type { Site } from '../site/site.ts'

/** Gathers the facts of a site from its record and its folder; `repository` is the repository's folder. */
export async function gatherFacts(folder: string, site: Site, record: SiteRecord, repository: string): Promise<Facts> {
  const paths = sitePaths(folder)
  const states = await record.catalog.states(itemsOf(site).map(({ id }) => id))
  const [key, data, kit] = await Promise.all([diskOf(paths.key), diskOf(repository), diskOf(paths.recoveryKit)])
  return {
    now: Temporal.Instant.fromEpochMilliseconds(record.now().getTime()),
    items: new Map([...states].map(([id, state]) => [id, itemFacts(state)])),
    keyBesideData: key !== null && key === data,
    recoveryKitOnDisk: kit !== null,
  }
}

/** The number of the file system on which a path lies; null where there is nothing. */
async function diskOf(path: string): Promise<number | null> {
  return stat(path).then(
    found => found.dev,
    () => null,
  )
}

function itemFacts({ latest, lastConfirmed, lastCapture, approved, approvedVersion, lastDrill }: ItemState): ItemFacts {
  const failed = lastCapture?.outcome === 'failed' ? lastCapture : null
  return {
    latest: latest === null ? null : { version: latest.id, inRepository: latest.snapshot !== null },
    lastConfirmed: lastConfirmed === null ? null : Temporal.Instant.from(lastConfirmed),
    failure:
      failed === null
        ? null
        : { time: Temporal.Instant.from(failed.time), code: failed.code ?? '', message: failed.message ?? '' },
    approved: approved?.version ?? null,
    drifted: hasDrifted(latest, approvedVersion),
    drill:
      lastDrill === null
        ? null
        : {
            time: Temporal.Instant.from(lastDrill.time),
            passed: lastDrill.passed === 1,
            milliseconds: durationOf(lastDrill.details),
          },
  }
}

/** Digests of different normalisers say nothing about each other; then every byte counts. */
function hasDrifted(latest: ItemState['latest'], approved: ItemState['approvedVersion']): boolean {
  if (latest === null || approved === null || latest.id === approved.id) return false
  return latest.normaliser === approved.normaliser ? latest.content !== approved.content : latest.raw !== approved.raw
}

function durationOf(details: string): number {
  const value: unknown = JSON.parse(details)
  const found = value !== null && typeof value === 'object' && 'milliseconds' in value ? value.milliseconds : 0
  return typeof found === 'number' ? found : 0
}
