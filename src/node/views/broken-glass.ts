import type { Archive } from '../../archive/archive.ts'
import type { JournalEvent } from '../../archive/journal-event.ts'
import type { OwedEvent } from '../people/people.ts'
import type { Judged } from '../site-node.ts'
import { readLines } from './journal-rows.ts'
import type { Need } from './overview.ts'
import { type PlantItem, plantRows } from './plant-rows.ts'
import { everywhere, type Sight } from './sight.ts'

interface BrokenGlass {
  readonly id: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly by: string
  readonly item: string
  readonly version: string
  readonly reason: string
  readonly withoutSafety: boolean
  readonly isOwed: boolean
}

/** Milliseconds for which everybody is told of it. */
const toldFor = 24 * 3_600_000
const slice = 100
/** So many requests of a day are looked at, the newest. */
const mostRequests = 2_000

/**
 * What was written without the second person within a day: for everybody who sees the zone. `owed`: what the journal could not be
 * told yet.
 */
export async function brokenGlassNeeds(
  archive: Archive,
  judged: Judged,
  sees: Sight,
  owed: readonly OwedEvent[],
): Promise<readonly Need[]> {
  const now = archive.now().getTime()
  const { itemsById } = plantRows(judged)
  const late = owed.map(event => glassOf(event.id, event.at, event, true))
  return [...late, ...(await brokenGlass(archive, now))].flatMap(glass => {
    const facts = itemsById.get(glass.item)?.facts
    const isSeen = facts === undefined ? sees === everywhere : sees(facts.zone)
    return isSeen && (glass.isOwed || glass.time > now - toldFor) ? [needOf(glass, facts)] : []
  })
}

function needOf(
  { id, time, by, item, version, reason, withoutSafety, isOwed }: BrokenGlass,
  facts: PlantItem['facts'] | undefined,
): Need {
  const terms = withoutSafety ? ', even if what it held before is lost' : ''
  const late = isOwed ? ['The journal does not say so yet: make room on the disk of the site folder.'] : []
  const review = 'Review it with them within a day: whether it was right, and whether the device holds what it should.'
  return {
    ...{ id: `broken-glass:${id}`, kind: 'broken-glass', severity: 'high', item, asset: item.split('/')[0] ?? null },
    ...{ zone: facts?.zone ?? null, class: facts?.class ?? null, approval: null },
    what: `${by} broke the glass: wrote ${item}@${version} to its device without a second person${terms}: ${reason}`,
    remedy: [...late, review].join(' '),
    since: new Date(time).toISOString(),
  }
}

type RequestEvent = Extract<JournalEvent, { type: 'request' }>

function glassOf(id: string, time: string, event: RequestEvent, isOwed: boolean): BrokenGlass {
  const { by, item, version, reason, withoutSafety = false } = event
  return { id, time: Date.parse(time), by, item, version, reason, withoutSafety, isOwed }
}

interface Known {
  /** The newest request that was looked at. */
  readonly seq: number
  readonly found: readonly BrokenGlass[]
}

const known = new WeakMap<object, Known>()

/** Read once for the newest request that the journal holds. */
async function brokenGlass(archive: Archive, now: number): Promise<readonly BrokenGlass[]> {
  const { catalog } = archive.record
  const filter = { actors: [], types: ['request'], item: null }
  const [newest] = await catalog.histories.lines(filter, null, 1)
  if (newest === undefined) return []
  const before = known.get(catalog)
  if (before?.seq === newest.seq) return before.found
  const found: BrokenGlass[] = []
  let end: number | null = null
  for (let looked = 0; looked < mostRequests; looked += slice) {
    const places = await catalog.histories.lines(filter, end, slice)
    for (const { seq, time, event } of await readLines(archive.paths.journal, places)) {
      if (Date.parse(time) <= now - toldFor) break
      if (event.type !== 'request' || event.action !== 'broke-glass') continue
      found.push(glassOf(String(seq), event.at ?? time, event, false))
    }
    end = places.at(-1)?.seq ?? null
    if (places.length < slice) break
  }
  known.set(catalog, { seq: newest.seq, found })
  return found
}
