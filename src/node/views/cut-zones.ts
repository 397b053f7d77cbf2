import { rankOf } from './find-items.ts'
import type { Need } from './overview.ts'
import type { PlantItem, PlantRows } from './plant-rows.ts'

/** Of so many assets at the least. */
const fewest = 3
/** What a device that is cut off looks like. */
const silences: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'connection-lost'])

/**
 * Where more than half of a zone's assets do not answer, that is one need, and not one of each item: the way to them is cut, on
 * purpose or not. Others stay as they are.
 */
export function withCutZones({ items, judged, itemsById }: PlantRows, needs: readonly Need[]): Need[] {
  const cut = cutZones(items)
  if (cut.size === 0) return [...needs]
  const isOfCut = ({ kind, item, zone }: Need) =>
    kind === 'failure' && cut.has(zone ?? '') && isSilent(itemsById.get(item ?? ''))
  const names = new Map(judged.site.zones.map(({ id, name }) => [id, name]))
  const [silent, others] = [needs.filter(isOfCut), needs.filter(need => !isOfCut(need))]
  const ofZones = [...Map.groupBy(silent, ({ zone }) => zone ?? '')].map(([zone, own]) => {
    const { silent, assets } = cut.get(zone) ?? { silent: new Set(), assets: new Set() }
    const which = `${silent.size} of ${assets.size} assets in ${names.get(zone) ?? zone}`
    return zoneNeed(zone, own, which)
  })
  return [...others, ...ofZones]
}

interface ZoneAssets {
  readonly assets: Set<string>
  readonly silent: Set<string>
}

function cutZones(items: readonly PlantItem[]): ReadonlyMap<string, ZoneAssets> {
  const zones = new Map<string, ZoneAssets>()
  for (const item of items) {
    const { zone, asset } = item.facts
    const own = zones.get(zone) ?? { assets: new Set(), silent: new Set() }
    zones.set(zone, own)
    own.assets.add(asset)
    if (isSilent(item)) own.silent.add(asset)
  }
  return new Map([...zones].filter(([, { assets, silent }]) => silent.size >= fewest && silent.size * 2 > assets.size))
}

function isSilent(item: PlantItem | undefined): boolean {
  return silences.has(item?.known?.failure?.code ?? '')
}

function zoneNeed(zone: string, needs: readonly Need[], which: string): Need {
  const times = needs.flatMap(({ since }) => since ?? []).sort()
  const [gravest] = needs.toSorted((a, b) => (rankOf(a.class) ?? 9) - (rankOf(b.class) ?? 9))
  return {
    ...{ id: `cut:${zone}`, kind: 'failure', item: null, asset: null, zone, approval: null },
    severity: needs.some(({ severity }) => severity === 'high') ? 'high' : 'medium',
    class: gravest?.class ?? null,
    what: `${which} do not answer: ${needs.length} items are not read.`,
    remedy:
      'See whether the network to them was cut, on purpose or not. What was captured before stays, and can be restored from here.',
    since: times[0] ?? null,
  }
}
