import { i18n } from '@lingui/core'
import { type Edge, MarkerType, type Node } from '@xyflow/react'
import type { PlantMap } from '../../../src/api/schema/map.ts'
import { conduitCorners, drawCorners } from './conduit-path.ts'
import type { MapLayout } from './map-layout.ts'

interface Shown {
  readonly far: boolean
  readonly found: ReadonlySet<string> | null
  readonly open: ReadonlySet<string>
  readonly toggle: (zone: string, opens: boolean) => void
}

export function nodesOf(layout: MapLayout, { far, found, open, toggle }: Shown): Node[] {
  const at = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
    position: { x, y },
    width,
    height,
    style: { width, height },
  })
  const bands = layout.bands.map(band => ({
    id: `level-${band.level}`,
    type: 'band',
    data: { level: band.level },
    zIndex: 0,
    ...at(band),
  }))
  const zones = layout.zones.map(placed => ({
    ...{ id: `zone-${placed.zone.id}`, type: 'zone', zIndex: 2, ...at(placed) },
    data: { zone: placed.zone, assets: placed.assets, far, found, open: open.has(placed.zone.id), toggle },
  }))
  if (far) return [...bands, ...zones]
  const assets = layout.assets.map(placed => ({
    ...{ id: `asset-${placed.asset.id}`, type: 'asset', zIndex: 3, ...at(placed) },
    data: { asset: placed.asset, dim: found !== null && !found.has(placed.asset.id) },
  }))
  return [...bands, ...zones, ...assets]
}

export function edgesOf(map: PlantMap, layout: MapLayout, named: boolean): Edge[] {
  const placed = new Map(layout.zones.map(one => [one.zone.id, one]))
  return map.conduits.flatMap(conduit => {
    const from = placed.get(conduit.from)
    const to = placed.get(conduit.to)
    if (from === undefined || to === undefined) return []
    const { path, label } = drawCorners(conduitCorners(layout, from, to, conduit.number))
    const colour = conduit.forbidden ? 'var(--bad-line)' : 'var(--line-strong)'
    return [
      {
        id: `conduit-${conduit.number}`,
        ariaLabel: i18n.t('Conduit from {from} to {to}: {allow}', {
          from: conduit.from,
          to: conduit.to,
          allow: conduit.allow.join(', '),
        }),
        source: `zone-${conduit.from}`,
        target: `zone-${conduit.to}`,
        ...{ sourceHandle: 'from-bottom', targetHandle: 'to-top', type: 'conduit', data: { path, at: label } },
        // over the zones, which it does not cross: its words are read there
        zIndex: 4,
        className: conduit.forbidden ? 'conduit forbidden' : 'conduit',
        label: conduit.forbidden
          ? `⛔ ${conduit.allow.join(', ')} · ${i18n.t('forbidden')}`
          : named
            ? conduit.allow.join(', ')
            : undefined,
        markerEnd: { type: MarkerType.ArrowClosed, color: colour, width: 18, height: 18 },
        style: { stroke: colour, strokeWidth: 2, ...(conduit.forbidden ? { strokeDasharray: '7 5' } : {}) },
      },
    ]
  })
}
