import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { ChoiceFilter } from '../../components/choice-filter.tsx'
import { Page } from '../../components/page.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'
import { useQueryWord } from '../../routing/location.ts'
import { findingTitle } from '../../text/words.ts'
import { FindingList } from './finding-list.tsx'
import { MatrixPart } from './matrix-part.tsx'
import { WayUpPart } from './way-up-part.tsx'
import { WhatIfPart } from './what-if-part.tsx'

export function RiskPage() {
  const part = useQueryWord('part') ?? 'findings'
  const tabs = [
    { name: 'findings', label: i18n.t('Findings'), href: '/risk' },
    { name: 'first', label: i18n.t('What first'), href: '/risk?part=first' },
    { name: 'matrix', label: i18n.t('Criticality'), href: '/risk?part=matrix' },
    { name: 'what-if', label: i18n.t('What if'), href: '/risk?part=what-if' },
  ]
  return (
    <Page title={i18n.t('Risk')}>
      <Tabs tabs={tabs} current={part} label={i18n.t('Risk')} />
      {part === 'findings' && <FindingsPart />}
      {part === 'first' && <WayUpPart />}
      {part === 'matrix' && <MatrixPart />}
      {part === 'what-if' && <WhatIfPart />}
    </Page>
  )
}

function FindingsPart() {
  const { data } = useQuery(vocabularyQuery)
  const [of, code, severity, acknowledged] = [
    useQueryWord('q'),
    useQueryWord('code'),
    useQueryWord('severity'),
    useQueryWord('acknowledged'),
  ]
  return (
    <>
      <search className="filters">
        <SearchField label={i18n.t('Concerning')} hint={i18n.t('Id of an item, asset, process, place or zone')} />
        <ChoiceFilter
          label={i18n.t('What')}
          word="code"
          choices={(data?.findingCodes ?? []).map(value => ({ value, label: findingTitle(value) }))}
        />
        <ChoiceFilter
          label={i18n.t('Severity')}
          word="severity"
          choices={[
            { value: 'high', label: i18n.t('Grave') },
            { value: 'medium', label: i18n.t('Serious') },
            { value: 'low', label: i18n.t('Slight') },
          ]}
        />
        <ChoiceFilter
          label={i18n.t('Acknowledged')}
          word="acknowledged"
          choices={[
            { value: 'no', label: i18n.t('Open') },
            { value: 'yes', label: i18n.t('Acknowledged') },
          ]}
        />
      </search>
      <FindingList of={of} code={code} severity={severity} acknowledged={acknowledged} />
    </>
  )
}
