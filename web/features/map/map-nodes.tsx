import { i18n } from '@lingui/core'
import { iconFlashing, iconMinus, iconPlus, iconRefresh } from '@siemens/ix-icons/icons'
import { Handle, Position } from '@xyflow/react'
import { memo } from 'react'
import type { MapAsset, PlantMap } from '../../../src/api/schema/map.ts'
import { Icon } from '../../components/icon.tsx'
import { changedLook, driftLook, failedLook, freshnessLook } from '../../components/state-pills.tsx'
import { Link } from '../../routing/link.tsx'
import { visibleText } from '../../text/visible-text.ts'
import { assetIcon } from '../assets/asset-icon.ts'
import { levelWord } from './level-word.ts'

const sides = [Position.Top, Position.Bottom, Position.Left, Position.Right]

/** The gravest thing that can be said of an asset. */
export function lookOf(asset: MapAsset) {
  if (asset.drifted) return { ...driftLook(), name: 'drifted' }
  if (asset.failed) return { ...failedLook(), name: 'failed' }
  if (asset.changed && asset.state === 'fresh') return { ...changedLook(), name: 'changed' }
  return { ...freshnessLook(asset.state), name: asset.state }
}

const BandNode = memo(function BandNode({ data }: { data: { level: number } }) {
  return (
    <div className="map-band">
      <b>{i18n.t('Level {level}', { level: data.level })}</b>
      <span>{levelWord(data.level)}</span>
    </div>
  )
})

interface ZoneData {
  readonly zone: PlantMap['zones'][number]
  readonly assets: readonly MapAsset[]
  readonly far: boolean
  readonly found: ReadonlySet<string> | null
  readonly open: boolean
  readonly toggle: (zone: string, opens: boolean) => void
}

const ZoneNode = memo(function ZoneNode({ data }: { data: ZoneData }) {
  const { zone, assets, far, found, open, toggle } = data
  const name = visibleText(zone.name ?? zone.id)
  const hits = found === null ? null : assets.filter(({ id }) => found.has(id)).length
  return (
    <div className={`map-zone ${open ? '' : 'closed'} ${far && open ? 'far' : ''} ${hits === 0 ? 'dim' : ''}`}>
      {sides.map(side => (
        <span key={side}>
          <Handle type="source" position={side} id={`from-${side}`} isConnectable={false} />
          <Handle type="target" position={side} id={`to-${side}`} isConnectable={false} />
        </span>
      ))}
      <header>
        <b title={name}>
          <bdi>{name}</bdi>
        </b>
        {zone.node && (
          <span title={i18n.t('This site node stands here')}>
            <Icon of={iconFlashing} label={i18n.t('This site node stands here')} />
          </span>
        )}
        {(!far || !open) && <span className="soft">{assets.length}</span>}
        <button
          type="button"
          className="map-turn nodrag nopan"
          aria-expanded={open}
          aria-label={open ? i18n.t('Close {name}', { name }) : i18n.t('Show the assets of {name}', { name })}
          onClick={() => toggle(zone.id, !open)}
        >
          <Icon of={open ? iconMinus : iconPlus} />
        </button>
      </header>
      {(far || !open) && <Counts assets={assets} hits={hits} words={open} />}
    </div>
  )
})

/** How many of each sort; with their words where there is room. */
function Counts({ assets, hits, words }: { assets: readonly MapAsset[]; hits: number | null; words: boolean }) {
  const groups = [...Map.groupBy(assets, asset => lookOf(asset).name).values()]
  return (
    <ul className="map-counts">
      {hits !== null && <li>{i18n.t('{hits} found', { hits })}</li>}
      {groups.map(group => {
        const [first] = group
        if (first === undefined) return null
        const { tone, icon, word, name } = lookOf(first)
        return (
          <li key={name} className={`tone-${tone}`} title={word}>
            <Icon of={icon} />
            {group.length} {words ? word : <span className="hidden-text">{word}</span>}
          </li>
        )
      })}
    </ul>
  )
}

const AssetNode = memo(function AssetNode({ data }: { data: { asset: MapAsset; dim: boolean } }) {
  const { asset, dim } = data
  const { tone, icon, word, name } = lookOf(asset)
  const shown = visibleText(asset.name ?? asset.id)
  return (
    <Link
      className={`map-asset ${name} tone-${tone} ${dim ? 'dim' : ''}`}
      href={`/assets/${encodeURIComponent(asset.id)}`}
      title={`${shown} · ${visibleText(asset.id)} · ${word}`}
    >
      <Icon of={assetIcon(asset.kind)} />
      <span>
        <b>
          <bdi>{shown}</bdi>
        </b>
        <small>
          <Icon of={icon} /> {word} {asset.running && <Icon of={iconRefresh} label={i18n.t('Being read')} />}
        </small>
      </span>
    </Link>
  )
})

export const nodeTypes = { band: BandNode, zone: ZoneNode, asset: AssetNode }
