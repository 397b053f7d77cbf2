import '@xyflow/react/dist/base.css'
import './map.css'
import { i18n } from '@lingui/core'
import { iconFitToScreen, iconMinus, iconPlus } from '@siemens/ix-icons/icons'
import { ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import type { PlantMap } from '../../../src/api/schema/map.ts'
import { Button } from '../../components/button.tsx'
import { useQueryWord } from '../../routing/location.ts'
import { useTheme } from '../../shell/theme.ts'
import { edgeTypes } from './conduit-edge.tsx'
import { edgesOf, nodesOf } from './map-elements.ts'
import { layOut, type MapLayout } from './map-layout.ts'
import { MapLegend } from './map-legend.tsx'
import { nodeTypes } from './map-nodes.tsx'
import { around, MapSearch } from './map-search.tsx'
import { useOpenZones } from './use-open-zones.ts'

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
  // the library's own words are English, and of moving and deleting
  const words = i18n.t('Zones are opened and closed by their buttons; assets lead to their pages.')
  const searched = useQueryWord('q') ?? ''
  const found = useMemo(() => matches(map, searched), [map, searched])
  const { open, opened, toggle } = useOpenZones(map, found)
  const layout = useMemo(() => layOut(map, id => open.has(id)), [map, open])
  const far = useStore(state => state.transform[2] < readable)
  const nodes = useMemo(() => nodesOf(layout, { far, found, open, toggle }), [layout, far, found, open, toggle])
  const edges = useMemo(() => edgesOf(map, layout, open.size > 0), [map, layout, open])
  useFit(layout, opened, found !== null)
  const frame = useRef<HTMLDivElement>(null)
  useArrows(frame)
  return (
    <div className="map-frame card" ref={frame}>
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
        edgeTypes={edgeTypes}
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
        ariaLabelConfig={{
          'node.a11yDescription.default': words,
          'node.a11yDescription.keyboardDisabled': words,
          'edge.a11yDescription.default': words,
        }}
      />
    </div>
  )
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

/** Pixels of the screen that an arrow key moves the picture by. */
const step = 90

/** Arrows move the picture, plus and minus change its size, 0 shows the whole; where the focus is in it, and in no field. */
function useArrows(frame: RefObject<HTMLDivElement | null>): void {
  const { getViewport, setViewport, zoomIn, zoomOut, fitView } = useReactFlow()
  useEffect(() => {
    const place = frame.current
    function press(event: KeyboardEvent): void {
      const { key, target } = event
      if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLInputElement) return
      const moves: Readonly<Record<string, readonly [number, number]>> = {
        ArrowLeft: [step, 0],
        ArrowRight: [-step, 0],
        ArrowUp: [0, step],
        ArrowDown: [0, -step],
      }
      const move = moves[key]
      if (move !== undefined) {
        event.preventDefault()
        const { x, y, zoom } = getViewport()
        void setViewport({ x: x + move[0], y: y + move[1], zoom })
      } else if (key === '+') void zoomIn()
      else if (key === '-') void zoomOut()
      else if (key === '0') void fitView({ padding: 0.04, maxZoom: 1.1 })
    }
    place?.addEventListener('keydown', press)
    return () => place?.removeEventListener('keydown', press)
  }, [frame, getViewport, setViewport, zoomIn, zoomOut, fitView])
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
