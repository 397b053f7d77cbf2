import '@xyflow/react/dist/base.css'
import './map.css'
import { i18n } from '@lingui/core'
import { iconFitToScreen, iconMinus, iconPlus } from '@siemens/ix-icons/icons'
import { type Edge, MarkerType, type Node, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react'
import { useCallback, useMemo } from 'react'
import type { PlantMap } from '../../../src/api/schema/map.ts'
import { Button } from '../../components/button.tsx'
import { useQueryWord } from '../../routing/location.ts'
import { useTheme } from '../../shell/theme.ts'
import { layOut, type MapLayout } from './map-layout.ts'
import { MapLegend } from './map-legend.tsx'
import { nodeTypes } from './map-nodes.tsx'
import { MapSearch } from './map-search.tsx'

/** Below this scale assets cannot be read: zones tell their counts instead. */
const readable = 0.42

export function PurdueMap({ map }: { map: PlantMap }) {
  return (
    <ReactFlowProvider>
      <Picture map={map} />
    </ReactFlowProvider>
  )
}

function Picture({ map }: { map: PlantMap }) {
  const theme = useTheme()
  const searched = useQueryWord('q') ?? ''
  const layout = useMemo(() => layOut(map), [map])
  const far = useStore(state => state.transform[2] < readable)
  const found = useMemo(() => matches(map, searched), [map, searched])
  const nodes = useMemo(() => nodesOf(layout, far, found), [layout, far, found])
  const edges = useMemo(() => edgesOf(map, layout), [map, layout])
  return (
    <div className="map-frame card">
      <div className="map-tools">
        <MapSearch layout={layout} found={found} />
        <MapLegend map={map} layout={layout} />
        <ZoomTools />
      </div>
      <ReactFlow
        className="map"
        colorMode={theme}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        minZoom={0.04}
        maxZoom={1.6}
        fitView
        fitViewOptions={{ padding: 0.04, maxZoom: 1.1 }}
        proOptions={{ hideAttribution: true }}
        aria-label={i18n.t('Map of the plant by Purdue level')}
      />
    </div>
  )
}

function ZoomTools() {
  const { zoomIn, zoomOut, fitView } = useReactFlow()
  const fit = useCallback(() => void fitView({ padding: 0.04, maxZoom: 1.1 }), [fitView])
  return (
    <span className="buttons">
      <Button small icon={iconMinus} aria-label={i18n.t('Smaller')} onClick={() => void zoomOut()} />
      <Button small icon={iconPlus} aria-label={i18n.t('Larger')} onClick={() => void zoomIn()} />
      <Button small icon={iconFitToScreen} aria-label={i18n.t('The whole plant')} onClick={fit} />
    </span>
  )
}

/** Ids of the assets whose words all occur; null where nothing is searched. */
function matches(map: PlantMap, searched: string): ReadonlySet<string> | null {
  const words = searched.toLowerCase().split(/\s+/u).filter(Boolean)
  if (words.length === 0) return null
  const ids = map.assets
    .filter(({ id, name, kind, zone }) => {
      const text = `${id} ${name ?? ''} ${kind} ${zone}`.toLowerCase()
      return words.every(word => text.includes(word))
    })
    .map(({ id }) => id)
  return new Set(ids)
}

function nodesOf(layout: MapLayout, far: boolean, found: ReadonlySet<string> | null): Node[] {
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
    data: { zone: placed.zone, assets: placed.assets, far, found },
  }))
  if (far) return [...bands, ...zones]
  const assets = layout.assets.map(placed => ({
    ...{ id: `asset-${placed.asset.id}`, type: 'asset', zIndex: 3, ...at(placed) },
    data: { asset: placed.asset, dim: found !== null && !found.has(placed.asset.id) },
  }))
  return [...bands, ...zones, ...assets]
}

function edgesOf(map: PlantMap, layout: MapLayout): Edge[] {
  const placed = new Map(layout.zones.map(one => [one.zone.id, one]))
  return map.conduits.flatMap(conduit => {
    const from = placed.get(conduit.from)
    const to = placed.get(conduit.to)
    if (from === undefined || to === undefined) return []
    const down = from.y + from.height <= to.y
    const up = to.y + to.height <= from.y
    const right = from.x < to.x
    const beside = levelsBetween(layout, from.zone.level, to.zone.level)
    const sides = beside
      ? ['right', 'right']
      : down
        ? ['bottom', 'top']
        : up
          ? ['top', 'bottom']
          : right
            ? ['right', 'left']
            : ['left', 'right']
    const colour = conduit.forbidden ? 'var(--bad-line)' : 'var(--line-strong)'
    return [
      {
        id: `conduit-${conduit.number}`,
        source: `zone-${conduit.from}`,
        target: `zone-${conduit.to}`,
        sourceHandle: `from-${sides[0]}`,
        targetHandle: `to-${sides[1]}`,
        type: 'smoothstep',
        pathOptions: { offset: 26 },
        zIndex: 1,
        className: conduit.forbidden ? 'conduit forbidden' : 'conduit',
        label: conduit.forbidden ? `⛔ ${conduit.allow.join(', ')} · ${i18n.t('forbidden')}` : conduit.allow.join(', '),
        markerEnd: { type: MarkerType.ArrowClosed, color: colour, width: 18, height: 18 },
        style: { stroke: colour, strokeWidth: 2, ...(conduit.forbidden ? { strokeDasharray: '7 5' } : {}) },
      },
    ]
  })
}

/** Whether a band lies between them: the conduit then goes around what stands there. */
function levelsBetween({ bands }: MapLayout, a: number, b: number): boolean {
  return bands.some(({ level }) => level > Math.min(a, b) && level < Math.max(a, b))
}
