import { readdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Archive } from '../../archive/archive.ts'
import { systemCode } from '../../errors.ts'
import type { Judged } from '../site-node.ts'
import { everywhere, type Sight } from './sight.ts'

/** What was counted of the storage, and when: it reads every version's row and looks at every file of the repository. */
export interface StorageCount {
  readonly counted: string
  readonly stored: number | null
  readonly free: number | null
  readonly disk: number | null
  readonly catalog: number | null
  readonly journal: number | null
  readonly growth: readonly {
    readonly day: string
    readonly versions: number
    readonly added: number
    readonly logical: number
  }[]
  readonly assets: readonly {
    readonly asset: string
    readonly versions: number
    readonly bytes: number
    readonly latest: number
  }[]
  readonly versions: number
  readonly logical: number
  readonly files: number
}

const mostDays = 800
const mostAssets = 2_000
/** Items that are asked for at once, so that nobody waits for it. */
const slice = 500

export async function countStorage(archive: Archive, judged: Judged, signal: AbortSignal): Promise<StorageCount> {
  const { histories } = archive.record.catalog
  const timezone = judged.site.timezone
  const sizes = await histories.sizes()
  const latest = await latestBytes(archive, judged)
  const files = await repositoryFiles(archive.repository.backend.location, signal)
  const disk = await statfs(archive.repository.backend.location).catch(() => null)
  const byAsset = Map.groupBy(sizes, ({ item }) => item.split('/')[0] ?? '')
  const assets = [...byAsset].map(([asset, own]) => ({
    ...{ asset, versions: sum(own, one => one.versions), bytes: sum(own, one => one.bytes) },
    latest: sum(own, one => latest.get(one.item) ?? 0),
  }))
  return {
    counted: archive.now().toISOString(),
    stored: files === null ? null : sum(files, ({ bytes }) => bytes),
    free: disk === null ? null : disk.bavail * disk.bsize,
    disk: disk === null ? null : disk.blocks * disk.bsize,
    catalog: await sizeOf(archive.paths.catalog),
    journal: await sizeOf(archive.paths.journal),
    growth: await growth(await histories.received(), files ?? [], timezone),
    assets: assets.toSorted((a, b) => b.bytes - a.bytes).slice(0, mostAssets),
    versions: sum(sizes, one => one.versions),
    logical: sum(sizes, one => one.bytes),
    files: sum(sizes, one => one.files),
  }
}

/** By place; how each was verified last. */
type PlaceVerifications = Awaited<ReturnType<Archive['record']['catalog']['verifications']>>

interface StorageFacts {
  /** Null: before it was counted for the first time. */
  readonly count: StorageCount | null
  readonly verifications: PlaceVerifications
}

/** Of the repository itself they alone are told who see the whole site. */
export function storageView(archive: Archive, judged: Judged, facts: StorageFacts, sees: Sight) {
  const { count } = facts
  const { site } = judged
  const assets = new Map(site.assets.map(asset => [asset.id, asset]))
  const counted = (count?.assets ?? []).map(one => {
    const asset = assets.get(one.asset)
    return { ...one, name: asset?.name ?? null, zone: asset?.zone ?? null }
  })
  if (sees === everywhere) return { ...wholeSite(archive, judged, facts), assets: counted }
  const seen = counted.filter(({ zone }) => zone !== null && sees(zone))
  const none = { location: '', stored: null, files: 0, free: null, disk: null, ratio: null }
  return {
    counted: count?.counted ?? null,
    repository: { ...none, logical: sum(seen, one => one.bytes), versions: sum(seen, one => one.versions) },
    ...{ catalog: null, journal: null, growth: [], assets: seen, places: [] },
  }
}

function wholeSite(archive: Archive, { site }: Judged, { count, verifications }: StorageFacts) {
  return {
    counted: count?.counted ?? null,
    repository: {
      location: archive.repository.backend.location,
      ...{ stored: count?.stored ?? null, logical: count?.logical ?? 0, versions: count?.versions ?? 0 },
      ...{ files: count?.files ?? 0, free: count?.free ?? null, disk: count?.disk ?? null },
      ratio: count === null || count.stored === null || count.stored === 0 ? null : count.logical / count.stored,
    },
    ...{ catalog: count?.catalog ?? null, journal: count?.journal ?? null, growth: count?.growth ?? [] },
    places: site.places.map(({ id, medium, location, domain, online, offsite, locked }) => ({
      ...{ id, medium, location, domain, online, offsite, locked: locked?.total('milliseconds') ?? null },
      verified: verifiedOf(verifications.get(id)),
    })),
  }
}

function verifiedOf(known: MapValue<PlaceVerifications> | undefined) {
  if (known === undefined) return null
  const { newest, readData } = known
  return {
    ...{ time: newest.time, errors: newest.errors, readData: newest.read_data === 1, versions: newest.versions },
    behind: newest.behind.size,
    readWhole: readData === null ? null : readData.time,
  }
}

type MapValue<Of> = Of extends ReadonlyMap<string, infer Value> ? Value : never

async function latestBytes({ record }: Archive, { facts }: Judged): Promise<ReadonlyMap<string, number>> {
  const names = [...facts.items].flatMap(([item, { latest }]) =>
    latest === null ? [] : { item, version: latest.version },
  )
  const found = new Map<string, number>()
  for (let at = 0; at < names.length; at += slice) {
    for (const { item, bytes } of await record.catalog.versionsNamed(names.slice(at, at + slice)))
      found.set(item, bytes)
    await nextTurn()
  }
  return found
}

interface RepositoryFile {
  readonly bytes: number
  /** Epoch milliseconds; files of a repository are written once. */
  readonly written: number
}

/** Null where the repository lies in no folder of this machine. */
async function repositoryFiles(folder: string, signal: AbortSignal): Promise<readonly RepositoryFile[] | null> {
  const found: RepositoryFile[] = []
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      signal.throwIfAborted()
      const full = path.join(at, entry.name)
      if (entry.isDirectory()) await walk(full)
      else if (entry.isFile()) {
        const seen = await stat(full).catch(() => null) // removed meanwhile
        if (seen !== null) found.push({ bytes: seen.size, written: seen.mtimeMs })
      }
    }
  }
  try {
    await walk(folder)
    return found
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    () => null,
  )
}

/** By day of the site: versions received, and bytes of the repository's files that were written then and are still there. */
async function growth(
  received: readonly { readonly hour: string; readonly versions: number; readonly bytes: number }[],
  files: readonly RepositoryFile[],
  timezone: string,
): Promise<StorageCount['growth']> {
  const days = new Map<string, { versions: number; added: number; logical: number }>()
  const dayOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(timezone).toPlainDate().toString()
  const at = (day: string) => {
    const known = days.get(day) ?? { versions: 0, added: 0, logical: 0 }
    days.set(day, known)
    return known
  }
  for (const [index, { hour, versions, bytes }] of received.entries()) {
    if (index % slice === 0) await nextTurn()
    const day = at(dayOf(Temporal.Instant.from(`${hour}:00:00Z`)))
    day.versions += versions
    day.logical += bytes
  }
  for (const [index, { bytes, written }] of files.entries()) {
    if (index % slice === 0) await nextTurn()
    at(dayOf(Temporal.Instant.fromEpochMilliseconds(Math.round(written)))).added += bytes
  }
  const sorted = [...days].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.slice(-mostDays).map(([day, counted]) => ({ day, ...counted }))
}

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0)
}
