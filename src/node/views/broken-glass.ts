import type { Archive } from '../../archive/archive.ts'
import type { Judged } from '../site-node.ts'
import { readLines } from './journal-rows.ts'
import type { Need } from './overview.ts'
import { everywhere, plantRows, type Sight } from './plant-rows.ts'

interface BrokenGlass {
  readonly seq: number
  /** Epoch milliseconds. */
  readonly time: number
  readonly by: string
  readonly item: string
  readonly version: string
  readonly reason: string
  readonly withoutSafety: boolean
}

/** Milliseconds for which everybody is told of it. */
const toldFor = 24 * 3_600_000
const slice = 100
/** So many requests of a day are looked at, the newest. */
const mostRequests = 2_000

/** What was written without the second person within a day: for everybody who sees the zone. */
export async function brokenGlassNeeds(archive: Archive, judged: Judged, sees: Sight): Promise<readonly Need[]> {
  const now = archive.now().getTime()
  const { itemsById } = plantRows(judged)
  return (await brokenGlass(archive, now)).flatMap(({ seq, time, by, item, version, reason, withoutSafety }) => {
    const facts = itemsById.get(item)?.facts
    const isSeen = facts === undefined ? sees === everywhere : sees(facts.zone)
    if (!isSeen || time <= now - toldFor) return []
    const terms = withoutSafety ? ', even if what it held before is lost' : ''
    return [
      {
        ...{
          id: `broken-glass:${seq}`,
          kind: 'broken-glass',
          severity: 'high',
          item,
          asset: item.split('/')[0] ?? null,
        },
        ...{ zone: facts?.zone ?? null, class: facts?.class ?? null, approval: null },
        what: `${by} broke the glass: wrote ${item}@${version} to its device without a second person${terms}: ${reason}`,
        remedy: 'Review it with them within a day: whether it was right, and whether the device holds what it should.',
        since: new Date(time).toISOString(),
      },
    ]
  })
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
      const { by, item, version, reason, withoutSafety = false } = event
      found.push({ seq, time: Date.parse(time), by, item, version, reason, withoutSafety })
    }
    end = places.at(-1)?.seq ?? null
    if (places.length < slice) break
  }
  known.set(catalog, { seq: newest.seq, found })
  return found
}
