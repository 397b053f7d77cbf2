import { i18n } from '@lingui/core'
import type { ProcessDetail } from '../../../src/api/schema/risk.ts'
import { Name } from '../../components/name.tsx'
import { VerdictPill } from '../../components/verdict-pill.tsx'
import { formatDuration } from '../../text/format-duration.ts'

export function Scenarios({ process }: { process: ProcessDetail }) {
  return (
    <section className="card" aria-labelledby="scenarios">
      <div className="card-head">
        <h2 id="scenarios">{i18n.t('What would be left in each scenario')}</h2>
      </div>
      <div className="table-frame">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{i18n.t('Lost')}</th>
              <th scope="col">{i18n.t('Verdict')}</th>
              <th scope="col">{i18n.t('Back after, at least')}</th>
              <th scope="col">{i18n.t('Data lost')}</th>
              <th scope="col">{i18n.t('Without a copy')}</th>
            </tr>
          </thead>
          <tbody>
            {process.scenarios.map(one => (
              <tr key={one.scenario}>
                <td className="main-cell">
                  <Name>{scenarioWord(one.scenario)}</Name>{' '}
                  {!one.inScope && <span className="soft small">{i18n.t('not asked for')}</span>}
                </td>
                <td>
                  <VerdictPill verdict={one.verdict} />
                </td>
                <td className="num">{one.time === null ? '–' : formatDuration(one.time.lower)}</td>
                <td className="num">{one.loss === null ? '–' : formatDuration(one.loss)}</td>
                <td>
                  {one.nothingLeft.length === 0 ? (
                    <span className="soft">–</span>
                  ) : (
                    <Name>{one.nothingLeft.join(', ')}</Name>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
