import type { Archive } from '../../archive/archive.ts'
import { isMet } from '../../policy/copies/copy-terms.ts'
import { failureRemedy } from './failure-remedy.ts'
import { listed } from './find-items.ts'
import { noSuch } from './no-such.ts'
import type { PlantItem, PlantRows } from './plant-rows.ts'
import { secretNames } from './secret-names.ts'

export interface Live {
  readonly archive: Archive
  readonly due: ReadonlyMap<string, Temporal.Instant>
  readonly runs: readonly { readonly id: string; readonly item: string; readonly state: string }[]
}

/** Everything that is known of an item now. */
export function itemDetail({ judged }: PlantRows, row: PlantItem, { archive, due, runs }: Live) {
  const { of, facts, judged: judgement } = row
  const known = judged.facts.items.get(facts.id)
  const { schedule, limit, lastConfirmed } = judgement
  const drill = known?.drills[0] ?? null
  const { exclude, notes } = of.item
  const failure = known?.failure ?? null
  return {
    ...listed(row, due),
    ...{ exclude, notes, data: judgement.data, processes: [...row.processes] },
    limit: limit.total('milliseconds'),
    staleAt: lastConfirmed?.add(limit).toString() ?? null,
    schedule: {
      interval: schedule.interval.total('milliseconds'),
      source: schedule.source,
      mtdl: schedule.mtdl?.total('milliseconds') ?? null,
      captureTime: schedule.captureTime.milliseconds,
    },
    failure:
      failure === null ? null : { ...failure, time: failure.time.toString(), remedy: failureRemedy(failure, facts.id) },
    approvedVersion: judgement.approved,
    lastDrilled: judgement.lastDrilled?.toString() ?? null,
    drillPassed: drill?.passed ?? null,
    copyRule: judgement.copies.rule,
    copyTerms: judgement.copies.terms.map(term => ({ ...term, met: isMet(term) })),
    places: placesOf(judged, known),
    secrets: secretNames(new Set(archive.secrets.list().map(({ name }) => name)), of, failure?.code ?? null),
    restore: writeBackOf(archive, of.item.via),
    twoPeople: judged.site.zones.some(({ id, twoPeople }) => id === facts.zone && twoPeople),
    run: runs.find(({ item, state }) => item === facts.id && state !== 'ended')?.id ?? null,
  }
}

/** What writing back does to the machine. */
export function writeBackOf({ connectors }: Pick<Archive, 'connectors'>, via: string) {
  const connector = connectors.get(via)
  return connector?.restore === undefined ? ('unsupported' as const) : connector.impact.restore
}

function placesOf({ site, facts }: PlantRows['judged'], known: ReturnType<typeof facts.items.get>) {
  return site.places.map(({ id }) => {
    const copy = known?.copies.find(({ place }) => place === id)
    const verified = copy?.verified ?? null
    return {
      ...{ place: id, newest: copy?.newest ?? null },
      verified:
        verified === null
          ? null
          : { version: verified.version, seen: verified.seen.toString(), time: verified.time.toString() },
    }
  })
}

/** Throws `not-found`, with the item that was probably meant, or else its asset: nothing is told of what may not be seen, not even that it is there. */
export function itemOf(rows: PlantRows, id: string, sees: (zone: string) => boolean): PlantItem {
  const row = rows.itemsById.get(id)
  if (row !== undefined && sees(row.facts.zone)) return row
  const seen = rows.items.flatMap(({ facts }) => (sees(facts.zone) ? [facts.id] : []))
  const asset = rows.assetsById.get(id.split('/')[0] ?? '')
  const own = asset !== undefined && sees(asset.facts.zone) ? asset.facts.id : null
  throw noSuch(`site.yaml has no item ${id}.`, id, seen, own)
}
