import { i18n } from '@lingui/core'
import { iconPlus } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import { ChoiceFilter } from '../../components/choice-filter.tsx'
import { Icon } from '../../components/icon.tsx'
import { Page } from '../../components/page.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'
import { Link } from '../../routing/link.tsx'
import { useQueryWord } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { assetKindWord, itemKindWord } from '../../text/kind-words.ts'
import { classWord } from '../../text/words.ts'
import { AssetList } from '../assets/asset-list.tsx'
import { CaptureAll } from './capture-all.tsx'
import { ItemList } from './item-list.tsx'

export function ItemsPage() {
  const show = useQueryWord('show') === 'assets' ? 'assets' : 'items'
  const tabs = [
    { name: 'items', label: i18n.t('Items'), href: '/items' },
    { name: 'assets', label: i18n.t('Assets'), href: '/items?show=assets' },
  ]
  return (
    <Page title={i18n.t('Assets and items')} actions={<Actions />}>
      <Tabs tabs={tabs} current={show} label={i18n.t('Assets and items')} />
      <Filters show={show} />
      {show === 'items' ? <ItemList /> : <AssetList />}
    </Page>
  )
}

function Actions() {
  const edits = useMay('edit-site')
  return (
    <span className="buttons">
      {edits && (
        <Link className="btn" href="/start">
          <Icon of={iconPlus} />
          {i18n.t('Add a device')}
        </Link>
      )}
      <CaptureAll />
    </span>
  )
}

function Filters({ show }: { show: 'items' | 'assets' }) {
  const { data } = useQuery(vocabularyQuery)
  const named = (rows: readonly { id: string; name: string | null }[] = []) =>
    rows.map(({ id, name }) => ({ value: id, label: name ?? id }))
  const kinds =
    show === 'items'
      ? data?.itemKinds.map(value => ({ value, label: itemKindWord(value) }))
      : data?.assetKinds.map(value => ({ value, label: assetKindWord(value) }))
  const classes = ['very high', 'high', 'medium', 'low', 'none'].map(value => ({
    value,
    label: classWord(value === 'none' ? null : value),
  }))
  const states = show === 'items' ? itemStates() : assetStates()
  return (
    <search className="filters">
      <SearchField
        label={i18n.t('Search')}
        hint={
          show === 'items'
            ? i18n.t('Item, asset, kind, connector, zone')
            : i18n.t('Asset, kind, vendor, model, address')
        }
      />
      <ChoiceFilter label={i18n.t('State')} word="state" choices={states} />
      <ChoiceFilter label={i18n.t('Zone')} word="zone" choices={named(data?.zones)} />
      <ChoiceFilter label={i18n.t('Process')} word="process" choices={named(data?.processes)} />
      <ChoiceFilter label={i18n.t('Kind')} word="kind" choices={kinds ?? []} />
      <ChoiceFilter label={i18n.t('Criticality')} word="class" choices={classes} />
    </search>
  )
}

function assetStates() {
  return [
    { value: 'drifted', label: i18n.t('Drifted') },
    { value: 'failed', label: i18n.t('Capture failed') },
    { value: 'stale', label: i18n.t('Stale') },
    { value: 'never', label: i18n.t('Never captured') },
    { value: 'bare', label: i18n.t('Uncovered') },
    { value: 'fresh', label: i18n.t('Fresh') },
  ]
}

function itemStates() {
  return [
    ...assetStates().filter(({ value }) => value !== 'bare'),
    { value: 'approved', label: i18n.t('Approved') },
    { value: 'not-approved', label: i18n.t('Not approved') },
    { value: 'copies-missing', label: i18n.t('Copies missing') },
  ]
}
