import { i18n } from '@lingui/core'
import { useReactFlow } from '@xyflow/react'
import type { PlantMap } from '../../../src/api/schema/map.ts'
import { Icon } from '../../components/icon.tsx'
import type { MapLayout } from './map-layout.ts'
import { lookOf } from './map-nodes.tsx'
import { around, boxesOf } from './map-search.tsx'

const order = ['drifted', 'failed', 'bare', 'never', 'stale', 'changed', 'fresh']

/** What the signs mean and how many there are; each shows where they are. */
export function MapLegend({ map, layout }: { map: PlantMap; layout: MapLayout }) {
  const { fitBounds } = useReactFlow()
  const groups = Map.groupBy(map.assets, asset => lookOf(asset).name)
  const forbidden = map.conduits.filter(conduit => conduit.forbidden).length
  return (
    <ul className="map-legend" aria-label={i18n.t('Legend')}>
      {order.map(name => {
        const group = groups.get(name)
        const [first] = group ?? []
        if (group === undefined || first === undefined) return null
        const { tone, icon, word } = lookOf(first)
        const ids = new Set(group.map(({ id }) => id))
        const show = () => void fitBounds(around(boxesOf(layout, ids)), { padding: 0.15, duration: 0 })
        return (
          <li key={name}>
            <button type="button" className={`tone-${tone}`} onClick={show} title={i18n.t('Show where')}>
              <Icon of={icon} />
              {group.length} {word}
            </button>
          </li>
        )
      })}
      {forbidden > 0 && (
        <li className="tone-bad forbidden-sign">
          {i18n.t('{forbidden, plural, one {# forbidden conduit} other {# forbidden conduits}}', { forbidden })}
        </li>
      )}
    </ul>
  )
}
