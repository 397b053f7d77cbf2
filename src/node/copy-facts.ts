import type { SiteRecord } from '../archive/record.ts'
import type { CopyFacts } from '../policy/facts.ts'
import { compareText } from '../policy/finding.ts'
import type { Site } from '../site/site.ts'

type Catalog = SiteRecord['catalog']
type ItemState = MapValue<Awaited<ReturnType<Catalog['states']>>>
type Version = NonNullable<ItemState['latest']>
type Verification = MapValue<Awaited<ReturnType<Catalog['verifications']>>>['newest']
type MapValue<Of> = Of extends ReadonlyMap<string, infer Value> ? Value : never

/** When a version was read, whole and without an error. */
interface Reading {
  /** The journal's line: what comes later wins, whatever the clocks said. */
  readonly seq: number
  readonly time: string
}

/** By item: what each place holds of it, and what of that was verified. At most one for each place. */
export async function gatherCopies(
  catalog: Catalog,
  site: Site,
  states: ReadonlyMap<string, ItemState>,
): Promise<ReadonlyMap<string, readonly CopyFacts[]>> {
  const verifications = await catalog.verifications()
  const bounds = new Set<number>()
  for (const { newest, readData } of verifications.values()) {
    bounds.add(newest.seq)
    if (readData !== null) bounds.add(readData.seq)
  }
  const lookup = await lookUp(catalog, [...states.values()], [...bounds], [...verifications.values()])
  return new Map(
    [...states.values()].map(state => [
      state.item,
      site.places.flatMap((place, index) => {
        const known = verifications.get(place.id)
        const held = new HeldVersions(state, lookup, eventsOf(known))
        return (index === 0 ? held.inRepository(place.id) : held.elsewhere(place.id)) ?? []
      }),
    ]),
  )
}

/** The newest first. */
function eventsOf(known: MapValue<Awaited<ReturnType<Catalog['verifications']>>> | undefined): readonly Verification[] {
  if (known === undefined) return []
  const { newest, readData } = known
  return readData === null || readData === newest ? [newest] : [newest, readData]
}

interface Lookup {
  /** The newest version of an item that was recorded before that line. */
  before(item: string, seq: number): Version | null
  named(item: string, version: string): Version | null
}

async function lookUp(
  catalog: Catalog,
  states: readonly ItemState[],
  bounds: readonly number[],
  verifications: readonly { readonly newest: Verification; readonly readData: Verification | null }[],
): Promise<Lookup> {
  const known = new Map<string, Version>()
  for (const { latest } of states) if (latest !== null) known.set(keyOf(latest.item, latest.id), latest)
  const latest = new Map(states.flatMap(state => (state.latest === null ? [] : [[state.item, state.latest]])))
  const before = new Map<number, ReadonlyMap<string, Version>>()
  for (const seq of bounds) {
    const later = [...latest.values()].filter(version => version.seq >= seq).map(({ item }) => item)
    before.set(seq, await catalog.newestBefore(later, seq))
  }
  const wanted = new Map<string, { readonly item: string; readonly version: string }>()
  const asked = new Set(states.map(({ item }) => item))
  const want = (item: string, version: string | null) => {
    if (version !== null && asked.has(item) && !known.has(keyOf(item, version)))
      wanted.set(keyOf(item, version), { item, version })
  }
  for (const { item, drills } of states) for (const { version } of drills) want(item, version)
  for (const { newest, readData } of verifications) {
    for (const [item, version] of newest.behind) want(item, version)
    if (readData !== newest) for (const [item, version] of readData?.behind ?? []) want(item, version)
  }
  for (const row of await catalog.versionsNamed([...wanted.values()])) known.set(keyOf(row.item, row.id), row)
  return {
    before(item, seq) {
      const newest = latest.get(item)
      return newest !== undefined && newest.seq < seq ? newest : (before.get(seq)?.get(item) ?? null)
    },
    named: (item, version) => known.get(keyOf(item, version)) ?? null,
  }
}

function keyOf(item: string, version: string): string {
  return `${item}@${version}`
}

/** Of one item in one place. `events`: its newest verification, and the newest one that read every byte. */
class HeldVersions {
  readonly #state: ItemState
  readonly #lookup: Lookup
  readonly #events: readonly Verification[]

  constructor(state: ItemState, lookup: Lookup, events: readonly Verification[]) {
    this.#state = state
    this.#lookup = lookup
    this.#events = events
  }

  /** In the repository that the node captures into: what was read back when it was stored, verified or restored. */
  inRepository(place: string): CopyFacts | null {
    const { latestStored, latestReadBack, drills } = this.#state
    if (latestStored === null) return null
    const drilled = drills.map(({ item, version }) => this.#lookup.named(item, version))
    const known = [latestStored, latestReadBack, ...this.#heldAtEvents(), ...drilled]
    const stored = known.flatMap(version => (version === null || version.snapshot === null ? [] : [version]))
    return copyOf(place, latestStored.id, this.#newestRead(stored, true))
  }

  /** In any other place only its own verifications count. */
  elsewhere(place: string): CopyFacts | null {
    const held = this.#heldAtEvents().filter(version => version !== null)
    const [newest] = this.#events
    const there = newest === undefined ? null : this.#heldAt(newest)
    if (there === null) return null
    return copyOf(place, there.id, this.#newestRead(held, false))
  }

  /** The newest that was read, and that nothing since has shown to be damaged. */
  #newestRead(versions: readonly Version[], capturedHere: boolean): { version: Version; reading: Reading } | null {
    const newestFirst = versions.toSorted((a, b) => compareText(b.id, a.id))
    for (const version of newestFirst) {
      const reading = this.#readings(version, capturedHere).sort((a, b) => b.seq - a.seq)[0]
      if (reading !== undefined && !this.#isDamaged(version, reading.seq, capturedHere)) return { version, reading }
    }
    return null
  }

  #readings(version: Version, capturedHere: boolean): Reading[] {
    const verified = this.#events.filter(event => event.read_data === 1 && this.#heldAt(event)?.id === version.id)
    if (!capturedHere) return verified
    const drilled = this.#state.drills.filter(drill => drill.passed === 1 && drill.version === version.id)
    const stored = version.read_back === 1 ? [{ seq: version.seq, time: version.received }] : []
    return [...verified, ...drilled, ...stored]
  }

  /** Whether something after the line `since` showed that the version is not there, whole. */
  #isDamaged(version: Version, since: number, capturedHere: boolean): boolean {
    const { item, drills, latestStored } = this.#state
    // the newest found what it shares with earlier ones damaged: nobody knows which of them hold it
    if (capturedHere && latestStored?.read_back === -1 && since < latestStored.seq) return true
    const missed = this.#events.some(({ seq, errors, behind }) => {
      const held = behind.get(item)
      if (held === undefined || seq <= since || version.seq > seq) return false
      // what is captured here while it is verified is behind, and not missing
      if (capturedHere && errors === 0) return false
      return held === null || version.id > held
    })
    const failed = ({ seq, passed, details, version: id }: ItemState['drills'][number]) =>
      id === version.id && passed === 0 && seq > since && foundDamage(details)
    return missed || (capturedHere && drills.some(failed))
  }

  #heldAtEvents(): (Version | null)[] {
    return this.#events.map(event => this.#heldAt(event))
  }

  /** The newest version that was found there, whole. */
  #heldAt({ seq, behind }: Verification): Version | null {
    const held = behind.get(this.#state.item)
    if (held === undefined) return this.#lookup.before(this.#state.item, seq)
    return held === null ? null : this.#lookup.named(this.#state.item, held)
  }
}

/** A drill also fails for content that cannot be opened: that is the device's, and was stored as it was. */
function foundDamage(details: string): boolean {
  const value: unknown = JSON.parse(details)
  const problems = value !== null && typeof value === 'object' && 'problems' in value ? value.problems : []
  return Array.isArray(problems) && problems.some(({ kind }) => kind === 'integrity')
}

function copyOf(place: string, newest: string, read: { version: Version; reading: Reading } | null): CopyFacts {
  if (read === null) return { place, newest, verified: null }
  const { version, reading } = read
  return {
    place,
    newest: newest > version.id ? newest : version.id,
    verified: {
      version: version.id,
      seen: Temporal.Instant.from(version.seen),
      time: Temporal.Instant.from(reading.time),
    },
  }
}
