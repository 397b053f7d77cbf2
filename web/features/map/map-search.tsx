import { i18n } from '@lingui/core'
import { useReactFlow } from '@xyflow/react'
import { useEffect } from 'react'
import { SearchField } from '../../components/search-field.tsx'
import type { Box, MapLayout } from './map-layout.ts'

/** Searching moves the picture to what was found. */
export function MapSearch({ layout, found }: { layout: MapLayout; found: ReadonlySet<string> | null }) {
  const { fitBounds } = useReactFlow()
  useEffect(() => {
    if (found === null || found.size === 0) return
    void fitBounds(around(boxesOf(layout, found)), { padding: 0.2 })
  }, [layout, found, fitBounds])
  return (
    <span className="map-search">
      <SearchField label={i18n.t('Search')} hint={i18n.t('Asset, kind, zone')} />
      <span className="soft small num" role="status">
        {found !== null &&
          i18n.t('{count, plural, =0 {none found} one {# found} other {# found}}', { count: found.size })}
      </span>
    </span>
  )
}

/** Of assets: where they stand, else where their zones do. */
export function boxesOf(layout: MapLayout, ids: ReadonlySet<string>): readonly Box[] {
  const shown = layout.assets.filter(({ asset }) => ids.has(asset.id))
  return shown.length > 0 ? shown : layout.zones.filter(({ assets }) => assets.some(({ id }) => ids.has(id)))
}

/** At least as large as one asset with its neighbours: a single hit is not blown up. */
export function around(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map(({ x }) => x))
  const top = Math.min(...boxes.map(({ y }) => y))
  const right = Math.max(...boxes.map(({ x, width }) => x + width))
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height))
  const [width, height] = [Math.max(right - left, 700), Math.max(bottom - top, 360)]
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height }
}
