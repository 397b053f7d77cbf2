import { i18n } from '@lingui/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { WhatIf } from '../../../src/api/schema/risk.ts'
import { Answer } from '../../components/answer.tsx'
import { Field } from '../../components/field.tsx'
import { request } from '../../requests/request.ts'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { visibleText } from '../../text/visible-text.ts'
import { ProcessAfterwards } from './process-afterwards.tsx'

const whatIfQuery = (lose: string) =>
  queryOptions({
    queryKey: ['process', 'what-if', lose],
    queryFn: ({ signal }) => request<WhatIf>(`/api/what-if?${new URLSearchParams({ lose })}`, { signal }),
  })

/** What becomes of the plant once something is lost, now. */
export function WhatIfPart() {
  const lose = useQueryWord('lose') ?? 'node'
  const { data } = useQuery(vocabularyQuery)
  const query = useQuery(whatIfQuery(lose))
  return (
    <>
      <div className="filters">
        <Field label={i18n.t('What is lost')} className="search">
          {ties => (
            <select {...ties} value={lose} onChange={event => setQuery({ lose: event.target.value })}>
              <option value="node">{i18n.t('This site node')}</option>
              <option value="site">{i18n.t('The premises: fire, flood')}</option>
              <optgroup label={i18n.t('A zone')}>
                {data?.zones.map(({ id, name }) => (
                  <option key={id} value={`zone:${id}`}>
                    {visibleText(name ?? id)}
                  </option>
                ))}
              </optgroup>
              <optgroup label={i18n.t('Everything that one credential domain opens')}>
                {data?.domains.map(domain => (
                  <option key={domain} value={`domain:${domain}`}>
                    {visibleText(domain)}
                  </option>
                ))}
              </optgroup>
            </select>
          )}
        </Field>
      </div>
      <Answer query={query}>
        {whatIf => (
          <>
            <Lost whatIf={whatIf} />
            {whatIf.processes.map(process => (
              <ProcessAfterwards key={process.id} process={process} />
            ))}
          </>
        )}
      </Answer>
    </>
  )
}

function Lost({ whatIf }: { whatIf: WhatIf }) {
  const list = (ids: readonly string[]) => (ids.length === 0 ? i18n.t('none') : ids.map(visibleText).join(', '))
  return (
    <dl className="card facts padded">
      <div>
        <dt>{i18n.t('Assets lost')}</dt>
        <dd>{list(whatIf.assetsLost)}</dd>
      </div>
      <div>
        <dt>{i18n.t('Places of copies lost')}</dt>
        <dd>{list(whatIf.placesLost)}</dd>
      </div>
      <div>
        <dt>{i18n.t('Places of copies left')}</dt>
        <dd>{list(whatIf.placesLeft)}</dd>
      </div>
      <div>
        <dt>{i18n.t('The site node')}</dt>
        <dd>{whatIf.nodeLost ? i18n.t('is lost: it is set up anew first') : i18n.t('goes on')}</dd>
      </div>
    </dl>
  )
}
