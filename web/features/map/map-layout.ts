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
}

const asset = { width: 176, height: 44, gap: 8 }
const zone = { pad: 14, head: 40, gap: 40, least: 220 }
const band = { label: 130, pad: 28, gap: 14, least: 120 }
/** Width of the whole against its height, as screens are. */
const aspect = 1.9

/**
 * Where everything stands: a band a level, the highest on top; in it its zones from left to right in the file's order, wrapped;
 * in each zone its assets in rows. The same plant gives the same picture.
 */
export function layOut(map: PlantMap): MapLayout {
  const byZone = Map.groupBy(map.assets, one => one.zone)
  const levels = [...new Set(map.zones.map(({ level }) => level))].sort((a, b) => b - a)
  const rowWidth = widestRow(map, byZone)
  const bands: Band[] = []
  const zones: PlacedZone[] = []
  const assets: PlacedAsset[] = []
  let y = 0
  for (const level of levels) {
    let x = band.label
    let top = y + band.pad
    let tallest = band.least - 2 * band.pad
    for (const one of map.zones.filter(known => known.level === level)) {
      const own = byZone.get(one.id) ?? []
      const { columns, ...size } = sizeOfZone(own.length)
      if (x > band.label && x + size.width > band.label + rowWidth) {
        x = band.label
        top += tallest + zone.gap
        tallest = 0
      }
      zones.push({ zone: one, assets: own, x, y: top, ...size })
      for (const [position, of] of own.entries()) {
        assets.push({
          asset: of,
          x: x + zone.pad + (position % columns) * (asset.width + asset.gap),
          y: top + zone.head + Math.floor(position / columns) * (asset.height + asset.gap),
          width: asset.width,
          height: asset.height,
        })
      }
      x += size.width + zone.gap
      tallest = Math.max(tallest, size.height)
    }
    const height = top + tallest + band.pad - y
    bands.push({ level, x: 0, y, width: 0, height })
    y += height + band.gap
  }
  const width = Math.max(band.label + zone.least, ...zones.map(one => one.x + one.width)) + band.pad
  return {
    bands: bands.map(one => ({ ...one, width })),
    zones,
    assets,
    x: 0,
    y: 0,
    width,
    height: Math.max(y - band.gap, 0),
  }
}

/** Wider than high: what is read from left to right. */
function sizeOfZone(count: number): { columns: number; width: number; height: number } {
  const columns = Math.max(1, Math.min(count, Math.ceil(Math.sqrt(count * 0.7))))
  const rows = Math.ceil(count / columns)
  const width = Math.max(zone.least, 2 * zone.pad + columns * (asset.width + asset.gap) - asset.gap)
  const height = zone.head + Math.max(1, rows) * (asset.height + asset.gap) - asset.gap + zone.pad
  return { columns, width, height }
}

/** How far zones may reach before they wrap, so that the whole is about as wide as a screen. */
function widestRow(map: PlantMap, byZone: ReadonlyMap<string, readonly MapAsset[]>): number {
  const sizes = map.zones.map(({ id }) => sizeOfZone(byZone.get(id)?.length ?? 0))
  const area = sizes.reduce((sum, { width, height }) => sum + (width + zone.gap) * (height + zone.gap + band.pad), 0)
  return Math.max(1_100, ...sizes.map(({ width }) => width), Math.sqrt(area * aspect))
}
