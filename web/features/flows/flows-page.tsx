import { i18n } from '@lingui/core'
import { ChoiceFilter } from '../../components/choice-filter.tsx'
import { Page } from '../../components/page.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { FlowTable } from './flow-table.tsx'
import { judgementLook, purposeWord } from './flow-words.ts'
import { RuleList } from './rule-list.tsx'

const purposes = [
  ...['capture', 'restore', 'replication', 'trigger', 'pages', 'notification', 'journal', 'sign-in', 'conduit'],
]
const judgements = ['allowed', 'listed-exception', 'closed-by-default', 'denied'] as const

/** The connections that the site needs and allows, and what the plant's firewall is to be told. */
export function FlowsPage() {
  return (
    <Page
      title={i18n.t('Flows')}
      lead={i18n.t(
        'The connections that the configuration needs and that the conduits allow, judged by the flow rules: the rule list for the plant’s firewall.',
      )}
      actions={<RuleList />}
    >
      <search className="filters">
        <SearchField label={i18n.t('Search')} hint={i18n.t('Asset, zone, address, protocol')} />
        <ChoiceFilter
          label={i18n.t('Purpose')}
          word="purpose"
          choices={purposes.map(value => ({ value, label: purposeWord(value) }))}
        />
        <ChoiceFilter
          label={i18n.t('Judgement')}
          word="judgement"
          choices={judgements.map(value => ({ value, label: judgementLook(value).word }))}
        />
      </search>
      <FlowTable />
    </Page>
  )
}
