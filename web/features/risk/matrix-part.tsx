import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Criticality } from '../../../src/api/schema/risk.ts'
import { Answer } from '../../components/answer.tsx'
import { request } from '../../requests/request.ts'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { classWord } from '../../text/words.ts'
import { Causes } from './cause-list.tsx'

const criticalityQuery = queryOptions({
  queryKey: ['criticality'],
  queryFn: ({ signal }) => request<Criticality>('/api/criticality', { signal }),
})

/** Severity against probability; a cell lists its causes. */
export function MatrixPart() {
  const query = useQuery(criticalityQuery)
  const cell = useQueryWord('cell')
  return (
    <Answer query={query}>
      {criticality => (
        <div className="matrix-parts">
          <section className="card card-body padded" aria-labelledby="matrix">
            <h2 id="matrix">{i18n.t('Criticality matrix')}</h2>
            <Matrix criticality={criticality} chosen={cell} />
            <Legend />
          </section>
          <Causes criticality={criticality} cell={cell} />
        </div>
      )}
    </Answer>
  )
}

function Legend() {
  return (
    <dl className="cause-words">
      <dt>{i18n.t('In each cell')}</dt>
      <dd>{i18n.t('how many causes lie in it: failure modes of assets, whole zones and credential domains')}</dd>
      <dt>{i18n.t('Deficit')}</dt>
      <dd>
        {i18n.t(
          'how far it is from being brought back: 1 restored in a rehearsal, with a copy offline or locked · 2 restored · 3 read back, never restored · 4 never read back · 5 no copy',
        )}
      </dd>
      <dt>{i18n.t('Slack')}</dt>
      <dd>{i18n.t('what is left of the MTD once it is back')}</dd>
    </dl>
  )
}

const scores = [1, 2, 3, 4, 5] as const

function Matrix({ criticality, chosen }: { criticality: Criticality; chosen: string | null }) {
  const cells = new Map(criticality.matrix.map(cell => [`${cell.s}-${cell.p}`, cell]))
  return (
    <table className="matrix">
      <caption className="hidden-text">
        {i18n.t('Number of causes by severity (rows) and probability (columns)')}
      </caption>
      <tbody>
        {scores.toReversed().map(s => (
          <tr key={s}>
            <th scope="row">
              {s === 5 && <span className="axis">{i18n.t('Severity')}</span>} {s}
            </th>
            {scores.map(p => {
              const id = `${s}-${p}`
              const cell = cells.get(id)
              const count = cell?.ids.length ?? 0
              return (
                <td key={p}>
                  <button
                    type="button"
                    className={`cell ${(cell?.class ?? 'none').replace(' ', '-')}`}
                    aria-pressed={chosen === id}
                    aria-label={i18n.t('Severity {s}, probability {p}: {count} causes, {class}', {
                      s,
                      p,
                      count,
                      class: classWord(cell?.class ?? null),
                    })}
                    onClick={() => setQuery({ cell: chosen === id ? null : id })}
                  >
                    {count === 0 ? '' : count}
                  </button>
                </td>
              )
            })}
          </tr>
        ))}
        <tr>
          <td />
          {scores.map(p => (
            <th key={p} scope="col">
              {p}
              {p === 5 && <span className="axis">{i18n.t('Probability')}</span>}
            </th>
          ))}
        </tr>
      </tbody>
    </table>
  )
}
