import '@xyflow/react/dist/base.css'
import './map.css'
import { i18n } from '@lingui/core'
import { iconFitToScreen, iconMinus, iconPlus } from '@siemens/ix-icons/icons'
import { type Edge, MarkerType, type Node, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { PlantMap } from '../../../src/api/schema/map.ts'
import { Button } from '../../components/button.tsx'
import { useQueryWord } from '../../routing/location.ts'
import { useTheme } from '../../shell/theme.ts'
import { layOut, type MapLayout } from './map-layout.ts'
import { MapLegend } from './map-legend.tsx'
import { nodeTypes } from './map-nodes.tsx'
import { around, MapSearch } from './map-search.tsx'

/** Below this scale assets cannot be read: their zones tell counts instead. */
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
  const found = useMemo(() => matches(map, searched), [map, searched])
  const { open, opened, toggle } = useOpenZones(map, found)
  const layout = useMemo(() => layOut(map, id => open.has(id)), [map, open])
  const far = useStore(state => state.transform[2] < readable)
  const nodes = useMemo(() => nodesOf(layout, { far, found, open, toggle }), [layout, far, found, open, toggle])
  const edges = useMemo(() => edgesOf(map, layout, open.size > 0), [map, layout, open])
  useFit(layout, opened, found !== null)
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

/** Assets up to which every zone shows them at first. */
const fewAssets = 300
/** Zones that a search opens at most. */
const mostOpened = 6

/** Which zones show their assets: of a small plant all, of a large one those that somebody opens, or that hold what is searched. */
function useOpenZones(map: PlantMap, found: ReadonlySet<string> | null) {
  const small = map.assets.length <= fewAssets
  const [turned, setTurned] = useState<ReadonlySet<string>>(() => new Set())
  const [opened, setOpened] = useState<string | null>(null)
  const hits = useMemo(() => {
    if (found === null || found.size === 0) return null
    const zones = new Set(map.assets.filter(({ id }) => found.has(id)).map(({ zone }) => zone))
    return zones.size <= mostOpened ? zones : null
  }, [map, found])
  const open = useMemo(
    () => new Set(map.zones.map(({ id }) => id).filter(id => (small || hits?.has(id) === true) !== turned.has(id))),
    [map, small, hits, turned],
  )
  const toggle = useCallback((zone: string, opens: boolean) => {
    setOpened(opens ? zone : null)
    setTurned(before => {
      const next = new Set(before)
      if (!next.delete(zone)) next.add(zone)
      return next
    })
  }, [])
  return { open, opened, toggle }
}

/** Once zones were opened or closed, the one that was opened is shown, else the whole; a search looks where it wants. */
function useFit(layout: MapLayout, opened: string | null, searches: boolean): void {
  const { fitView, fitBounds } = useReactFlow()
  const before = useRef(layout)
  useEffect(() => {
    if (before.current === layout) return
    const { width, height } = before.current
    before.current = layout
    if (searches || (layout.width === width && layout.height === height)) return
    const zone = layout.zones.find(one => one.zone.id === opened)
    requestAnimationFrame(() => {
      if (zone === undefined) void fitView({ padding: 0.04, maxZoom: 1.1 })
      else void fitBounds(around([zone]), { padding: 0.1 })
    })
  }, [layout, opened, searches, fitView, fitBounds])
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

interface Shown {
  readonly far: boolean
  readonly found: ReadonlySet<string> | null
  readonly open: ReadonlySet<string>
  readonly toggle: (zone: string, opens: boolean) => void
}

function nodesOf(layout: MapLayout, { far, found, open, toggle }: Shown): Node[] {
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

function edgesOf(map: PlantMap, layout: MapLayout, named: boolean): Edge[] {
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

/** Whether a band lies between them: the conduit then goes around what stands there. */
function levelsBetween({ bands }: MapLayout, a: number, b: number): boolean {
  return bands.some(({ level }) => level > Math.min(a, b) && level < Math.max(a, b))
}
