import type { Box, MapLayout, PlacedZone } from './map-layout.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * The corners of a conduit's line from zone to zone: along the lanes above and below the rows of zones, and down where nothing
 * stands in the way. `number` keeps lines of several conduits apart.
 */
export function conduitCorners(layout: MapLayout, from: PlacedZone, to: PlacedZone, number: number): readonly Point[] {
  const { lane } = layout
  // not over the line of another conduit
  const aside = (((number * 2) % 5) - 2) * (lane / 4)
  if (from.y === to.y) return besides(layout, from, to, aside)
  const down = from.y < to.y
  const [start, end] = [middle(from) + aside * 3, middle(to) + aside * 3]
  const first = (down ? rowOf(layout, from).bottom + lane : rowOf(layout, from).top - lane) + aside
  const second = (down ? rowOf(layout, to).top - lane : rowOf(layout, to).bottom + lane) + aside
  const free = clear(layout, [start, end], [first, second])
  const across = free === start || free === end ? free : free + aside / 2
  return simple([
    { x: start, y: down ? from.y + from.height : from.y },
    { x: start, y: first },
    { x: across, y: first },
    { x: across, y: second },
    { x: end, y: second },
    { x: end, y: down ? to.y : to.y + to.height },
  ])
}

const middle = ({ x, width }: Box) => x + width / 2

/** Zones of one row: straight where nothing stands between them, else below. */
function besides(layout: MapLayout, from: PlacedZone, to: PlacedZone, aside: number): readonly Point[] {
  const [left, right] = from.x < to.x ? [from, to] : [to, from]
  const between = layout.zones.some(({ x, y }) => y === from.y && x > left.x && x < right.x)
  if (!between) {
    const y = from.y + Math.min(from.height, to.height) / 2 + aside * 3
    const ends = [
      { x: left.x + left.width, y },
      { x: right.x, y },
    ]
    return left === from ? ends : ends.toReversed()
  }
  const y = rowOf(layout, from).bottom + layout.lane + aside
  const [start, end] = [middle(from) + aside * 3, middle(to) + aside * 3]
  return [
    { x: start, y: from.y + from.height },
    { x: start, y },
    { x: end, y },
    { x: end, y: to.y + to.height },
  ]
}

function rowOf({ zones }: MapLayout, of: PlacedZone): { readonly top: number; readonly bottom: number } {
  const row = zones.filter(({ y }) => y === of.y)
  return { top: of.y, bottom: Math.max(...row.map(({ y, height }) => y + height)) }
}

/** The place across that is nearest to both ends, and where no zone stands between two heights. */
function clear({ zones, width, lane }: MapLayout, ends: readonly number[], heights: readonly number[]): number {
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)]
  const there = zones.filter(({ y, height }) => y < bottom && y + height > top)
  const free = (x: number) => there.every(zone => x < zone.x - lane / 2 || x > zone.x + zone.width + lane / 2)
  const places = [...ends, ...there.flatMap(zone => [zone.x - lane, zone.x + zone.width + lane])]
  const way = (x: number) => ends.reduce((sum, end) => sum + Math.abs(end - x), 0)
  return places.filter(free).toSorted((a, b) => way(a) - way(b))[0] ?? width - lane
}

/** Without corners that are none. */
function simple(points: readonly Point[]): readonly Point[] {
  return points.filter((point, at) => {
    const [before, after] = [points[at - 1], points[at + 1]]
    if (before === undefined || after === undefined) return true
    const same = (a: number, b: number) => Math.abs(a - b) < 0.01
    return !(
      (same(before.x, point.x) && same(point.x, after.x)) ||
      (same(before.y, point.y) && same(point.y, after.y)) ||
      (same(before.x, point.x) && same(before.y, point.y))
    )
  })
}

/** As a path of SVG, and the middle of its longest part, where its words stand. */
export function drawCorners(points: readonly Point[]): { readonly path: string; readonly label: Point } {
  const path = points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
  const parts = points.slice(1).map((to, at) => {
    const from = points[at] ?? to
    return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, length: Math.abs(from.x - to.x) + Math.abs(from.y - to.y) }
  })
  const { x, y } = parts.toSorted((a, b) => b.length - a.length)[0] ?? { x: 0, y: 0 }
  return { path, label: { x, y } }
}
