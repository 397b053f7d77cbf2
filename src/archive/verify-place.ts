import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { VersionRecord } from '../catalog/catalog.ts'
import { type CheckOptions, check } from '../engine/check.ts'
import type { Repository } from '../engine/repository.ts'
import type { Snapshot } from '../engine/snapshot/snapshot.ts'
import { BlackstartError } from '../errors.ts'
import type { Place } from '../site/site.ts'
import type { Archive } from './archive.ts'
import { contentOf } from './content-of-version.ts'
import { type Behind, recordVerification, versionKey } from './record-verification.ts'
import { type Problem, soundTrees } from './sound-trees.ts'
import { readTags } from './version-tags.ts'

export interface PlaceReport {
  readonly place: string
  /**
   * `missing`: there is no repository · `not-attached`: the same, of a place that is not always there · `locked-out`: there
   * is one, and it cannot be opened or read by this node
   */
  readonly state: 'verified' | 'missing' | 'not-attached' | 'locked-out'
  /** How many of the site's versions it holds, sound. */
  readonly versions: number
  readonly errors: number
  readonly behind: Behind
  readonly problems: readonly Problem[]
  /** What else there is to say; null for nothing. */
  readonly note: string | null
}

/**
 * Verifies a place that holds a copy of the repository, and records what it holds. `open` opens it with the node's
 * password, and throws as `openRepository` does. Trouble with the place is in the report; nothing is recorded of a place
 * that could not be looked at.
 */
export async function verifyPlace(
  archive: Archive,
  place: Place,
  open: (place: Place) => Promise<Repository>,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<PlaceReport> {
  let found: Found
  try {
    const repository = await open(place)
    const same = await sameAs(archive, place)
    if (same !== null) return await recorded(archive, place, { held: new Set(), problems: [same], options }, signal)
    await using _lock = await lockIfThereIsRoom(repository, signal)
    found = await lookThrough(archive, repository, options, signal)
  } catch (error) {
    if (signal.aborted || !(error instanceof BlackstartError)) throw error
    return await troubled(archive, place, error, options, signal)
  }
  return await recorded(archive, place, { ...found, options }, signal)
}

/** What is wrong where a place is the folder of one before it, by whatever path: a second name is no second copy. */
async function sameAs({ site, folder }: Archive, place: Place): Promise<Problem | null> {
  const configOf = ({ options }: Place) => fileNumber(path.resolve(folder, options.path, 'config'))
  const own = await configOf(place)
  for (const other of site.places.slice(0, site.places.indexOf(place))) {
    if (own === null || (await configOf(other)) !== own) continue
    const message = `${place.options.path} is the folder of place ${other.id} under another name, and no copy. Is a share or a medium not mounted, or a link wrong? Correct options.path of ${place.id} in site.yaml.`
    return { kind: 'config', file: place.options.path, message }
  }
  return null
}

/** The same for the same file only; null where there is none. */
async function fileNumber(file: string): Promise<string | null> {
  return stat(file, { bigint: true }).then(
    ({ dev, ino }) => `${dev} ${ino}`,
    () => null,
  )
}

/** A full disk of copies can be read all the same. */
async function lockIfThereIsRoom(repository: Repository, signal: AbortSignal): Promise<AsyncDisposable | null> {
  try {
    return await repository.lockForReading(signal)
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'disk-full') return null
    throw error
  }
}

interface Found {
  readonly held: ReadonlySet<string>
  readonly problems: readonly Problem[]
}

async function recorded(
  archive: Archive,
  place: Place,
  { held, problems, options }: Found & { readonly options: CheckOptions },
  signal: AbortSignal,
): Promise<PlaceReport> {
  const verification = { place: place.id, readData: options.readData, errors: problems.length, held }
  const behind = await recordVerification(archive, verification, signal)
  return {
    place: place.id,
    state: 'verified',
    versions: held.size,
    errors: problems.length,
    behind,
    problems,
    note: null,
  }
}

async function lookThrough(
  archive: Archive,
  repository: Repository,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<Found> {
  // before the check: it follows all that are there now
  const snapshots = await readableSnapshots(repository, signal)
  const { problems } = await check(repository, options, signal)
  const { genuine, refused } = await compareWithRecord(archive, repository, snapshots, signal)
  const isSound = soundTrees(repository, problems, signal)
  const held = new Set<string>()
  for (const { snapshot, version } of genuine) {
    if (await isSound(snapshot)) held.add(versionKey(version.item, version.id))
  }
  return { held, problems: [...problems, ...refused] }
}

/** Those that are damaged are for `check` to tell. */
async function readableSnapshots(repository: Repository, signal: AbortSignal): Promise<readonly Snapshot[]> {
  const snapshots: Snapshot[] = []
  for await (const { name } of repository.backend.list('snapshot', signal)) {
    try {
      snapshots.push(await repository.snapshot(name, signal))
    } catch (error) {
      if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
    }
  }
  return snapshots
}

interface Claim {
  readonly snapshot: Snapshot
  readonly version: VersionRecord
}

/** The snapshots that are versions of the record. Those of other sites, or of nobody, count for nothing, and are no error. */
async function compareWithRecord(
  archive: Archive,
  repository: Repository,
  snapshots: readonly Snapshot[],
  signal: AbortSignal,
): Promise<{ readonly genuine: readonly Claim[]; readonly refused: readonly Problem[] }> {
  const tagged = snapshots.flatMap(snapshot => {
    const tags = readTags(snapshot)
    return tags === null ? [] : [{ snapshot, item: tags.item, version: tags.version }]
  })
  const rows = await archive.record.catalog.versionsNamed(tagged.map(({ item, version }) => ({ item, version })))
  const known = new Map(rows.map(row => [versionKey(row.item, row.id), row]))
  const genuine: Claim[] = []
  const refused: Problem[] = []
  for (const { snapshot, item, version: id } of tagged) {
    const version = known.get(versionKey(item, id))
    if (version === undefined) continue
    if (await isGenuine(repository, { snapshot, version }, signal)) genuine.push({ snapshot, version })
    else refused.push(refusal(snapshot, version))
  }
  return { genuine, refused }
}

async function isGenuine(repository: Repository, { snapshot, version }: Claim, signal: AbortSignal): Promise<boolean> {
  if (version.tree === snapshot.tree) return true
  try {
    const { raw } = await contentOf({ repository }, { ...version, snapshot: snapshot.id }, signal)
    return raw === version.raw
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'integrity') return false
    throw error
  }
}

function refusal(snapshot: Snapshot, { item, id }: VersionRecord): Problem {
  const file = `snapshots/${snapshot.id}`
  const message = `it claims to be ${item}@${id}, and what it holds is not, or cannot be read. It counts for nothing; find out who wrote it.`
  return { kind: 'snapshot', file, message }
}

/** What the system says where a share or a medium went away. */
const away = new Set(['ENODEV', 'ENXIO', 'ENOTCONN', 'ESTALE', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])
const forbidden = new Set(['EACCES', 'EPERM'])

async function troubled(
  archive: Archive,
  place: Place,
  error: BlackstartError,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<PlaceReport> {
  const system = String(error.facts.system ?? '')
  const unknown = { place: place.id, versions: 0, errors: 0, behind: {}, problems: [], note: error.message }
  if (error.code === 'not-found') return await nothingThere(archive, place, options, signal)
  if (away.has(system)) return { ...unknown, state: 'not-attached' }
  if (error.code === 'wrong-password' || error.code === 'locked' || forbidden.has(system))
    return { ...unknown, state: 'locked-out' }
  const ofPlace = error.code === 'integrity' || (error.code === 'storage' && error.facts.location !== undefined)
  if (!ofPlace) throw error
  // what cannot be read is no copy
  const file = typeof error.facts.file === 'string' ? error.facts.file : place.options.path
  const problem: Problem = { kind: 'config', file, message: error.message }
  return await recorded(archive, place, { held: new Set(), problems: [problem], options }, signal)
}

async function nothingThere(
  archive: Archive,
  place: Place,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<PlaceReport> {
  const nothing = { place: place.id, versions: 0, errors: 0, behind: {}, problems: [], note: null }
  if (!place.online) return { ...nothing, state: 'not-attached' }
  const before = (await archive.record.catalog.verifications()).get(place.id)?.newest
  if (before === undefined || before.versions === 0) return { ...nothing, state: 'missing' }
  // what was verified there counts no more
  const message = `it holds no repository any more, and held ${before.versions} versions on ${before.time.slice(0, 10)}. Attach it, or say in site.yaml that it is not always online.`
  const problem: Problem = { kind: 'config', file: place.options.path, message }
  const report = await recorded(archive, place, { held: new Set(), problems: [problem], options }, signal)
  return { ...report, state: 'missing' }
}
