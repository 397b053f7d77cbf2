import type { MapAsset, PlantMap } from '../../../src/api/schema/map.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface PlacedZone extends Box {
  readonly zone: PlantMap['zones'][number]
  readonly assets: readonly MapAsset[]
}
export interface PlacedAsset extends Box {
  readonly asset: MapAsset
}
export interface Band extends Box {
  readonly level: number
}
export interface MapLayout extends Box {
  readonly bands: readonly Band[]
  readonly zones: readonly PlacedZone[]
  readonly assets: readonly PlacedAsset[]
  /** How far from a zone a conduit may run without meeting the next one. */
  readonly lane: number
}

/** An asset, a zone that shows its assets, and one that only counts them. */
const asset = { width: 176, height: 44, gap: 8 }
const zone = { pad: 14, head: 40, least: 220 }
const closed = { width: 196, height: 58 }
/** Where every zone shows its assets there is room; where they count them, as many as possible are to be seen. */
const roomy = { label: 130, pad: 28, gap: 40, between: 14 }
const tight = { label: 130, pad: 10, gap: 12, between: 8 }
/** Width of the whole against its height, as screens are. */
const aspect = 2

/**
 * Where everything stands: a band a level, the highest on top; in it its zones from left to right in the file's order, wrapped;
 * in each zone that is open its assets in rows. The same plant gives the same picture.
 */
export function layOut(map: PlantMap, isOpen: (zone: string) => boolean = () => true): MapLayout {
  const byZone = Map.groupBy(map.assets, one => one.zone)
  const sizes = new Map(map.zones.map(({ id }) => [id, sizeOfZone(isOpen(id), byZone.get(id)?.length ?? 0)]))
  const widest = Math.max(...[...sizes.values()].map(({ width }) => width), 0)
  const widths = [1_100, 1_400, 1_800, 2_300, 3_000, 4_000, 5_400, 7_200, 10_000].map(width => Math.max(width, widest))
  const tries = [...new Set(widths)].map(width => place(map, byZone, { sizes, width, open: isOpen }))
  const shape = ({ width, height }: MapLayout) => Math.abs(Math.log(width / Math.max(height, 1) / aspect))
  return tries.reduce((best, next) => (shape(next) < shape(best) ? next : best))
}

interface Size {
  readonly columns: number
  readonly width: number
  readonly height: number
}

interface Frame {
  readonly sizes: ReadonlyMap<string, Size>
  /** How far zones may reach before they wrap. */
  readonly width: number
  readonly open: (zone: string) => boolean
}

function place(map: PlantMap, byZone: ReadonlyMap<string, readonly MapAsset[]>, frame: Frame): MapLayout {
  const room = map.zones.every(({ id }) => frame.open(id)) ? roomy : tight
  const levels = [...new Set(map.zones.map(({ level }) => level))].sort((a, b) => b - a)
  const bands: Band[] = []
  const zones: PlacedZone[] = []
  let y = 0
  for (const level of levels) {
    let x = room.label
    let top = y + room.pad
    let tallest = closed.height
    for (const one of map.zones.filter(known => known.level === level)) {
      const size = frame.sizes.get(one.id) ?? { columns: 1, ...closed }
      if (x > room.label && x + size.width > room.label + frame.width) {
        x = room.label
        top += tallest + room.gap
        tallest = 0
      }
      zones.push({ zone: one, assets: byZone.get(one.id) ?? [], x, y: top, width: size.width, height: size.height })
      x += size.width + room.gap
      tallest = Math.max(tallest, size.height)
    }
    const height = top + tallest + room.pad - y
    bands.push({ level, x: 0, y, width: 0, height })
    y += height + room.between
  }
  const width = Math.max(room.label + zone.least, ...zones.map(one => one.x + one.width)) + room.pad
  const assets = zones.flatMap(one =>
    frame.open(one.zone.id) ? inRows(one, frame.sizes.get(one.zone.id)?.columns ?? 1) : [],
  )
  return {
    bands: bands.map(one => ({ ...one, width })),
    zones,
    assets,
    x: 0,
    y: 0,
    width,
    height: Math.max(y - room.between, 0),
    lane: room.pad / 2,
  }
}

function inRows({ x, y, assets }: PlacedZone, columns: number): PlacedAsset[] {
  return assets.map((of, position) => ({
    asset: of,
    x: x + zone.pad + (position % columns) * (asset.width + asset.gap),
    y: y + zone.head + Math.floor(position / columns) * (asset.height + asset.gap),
    width: asset.width,
    height: asset.height,
  }))
}

/** Wider than high: what is read from left to right. */
function sizeOfZone(open: boolean, count: number): Size {
  if (!open) return { columns: 1, ...closed }
  const columns = Math.max(1, Math.min(count, Math.ceil(Math.sqrt(count * 0.7))))
  const rows = Math.ceil(count / columns)
  const width = Math.max(zone.least, 2 * zone.pad + columns * (asset.width + asset.gap) - asset.gap)
  const height = zone.head + Math.max(1, rows) * (asset.height + asset.gap) - asset.gap + zone.pad
  return { columns, width, height }
}
