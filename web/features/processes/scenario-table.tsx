import { i18n } from '@lingui/core'
import type { ProcessDetail } from '../../../src/api/schema/risk.ts'
import { Name } from '../../components/name.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { VerdictPill } from '../../components/verdict-pill.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { formatDuration } from '../../text/format-duration.ts'
import { BackAfter } from './back-after.tsx'

export function Scenarios({ process }: { process: ProcessDetail }) {
  return (
    <section className="card" aria-labelledby="scenarios">
      <div className="card-head">
        <h2 id="scenarios">{i18n.t('What would be left in each scenario')}</h2>
      </div>
      <PlainTable rows={process.scenarios} columns={scenarioColumns()} keyOf={({ scenario }) => scenario} />
    </section>
  )
}

function scenarioWord(scenario: string): string {
  if (scenario === 'device') return i18n.t('One device')
  if (scenario === 'node') return i18n.t('The site node')
  if (scenario === 'site') return i18n.t('The premises')
  const [kind, id = ''] = scenario.split(/:(.*)/u)
  if (kind === 'domain') return i18n.t('Credential domain {id}', { id })
  return kind === 'zone' ? i18n.t('Zone {id}', { id }) : scenario
}

function scenarioColumns(): readonly Column<ProcessDetail['scenarios'][number]>[] {
  return [
    {
      id: 'lost',
      label: i18n.t('What is lost'),
      className: 'main-cell',
      cell: ({ scenario, inScope }) => (
        <>
          <Name>{scenarioWord(scenario)}</Name>{' '}
          {!inScope && <span className="soft small">{i18n.t('not asked for')}</span>}
        </>
      ),
    },
    { id: 'verdict', label: i18n.t('Verdict'), className: 'bare', cell: one => <VerdictPill verdict={one.verdict} /> },
    {
      id: 'back',
      label: i18n.t('Back after, at least'),
      className: 'num',
      cell: one => <BackAfter {...one} />,
    },
    {
      id: 'loss',
      label: i18n.t('Data lost'),
      className: 'num',
      cell: ({ loss }) => (loss === null ? '–' : formatDuration(loss)),
    },
    {
      id: 'left',
      label: i18n.t('Without a copy'),
      cell: ({ nothingLeft }) =>
        nothingLeft.length === 0 ? <span className="soft">–</span> : <Name>{nothingLeft.join(', ')}</Name>,
    },
  ]
}
