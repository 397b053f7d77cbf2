import { i18n } from '@lingui/core'
import { iconDownload, iconLock } from '@siemens/ix-icons/icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Authority } from '../../../src/api/schema/authority.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Time } from '../../components/time.tsx'
import { RequestError, request } from '../../requests/request.ts'

const authorityQuery = queryOptions({
  queryKey: ['authority'],
  // that there is none yet is an answer
  queryFn: ({ signal }) =>
    request<Authority>('/api/authority', { signal }).catch((error: unknown) => {
      if (error instanceof RequestError && error.status === 404) return null
      throw error
    }),
})

/** What other machines of the plant are to trust, so that their browsers know this node. */
export function CertificatePart() {
  const query = useQuery(authorityQuery)
  return (
    <section className="card" aria-labelledby="authority">
      <div className="card-head">
        <h2 id="authority">{i18n.t('Certificate of the site’s own authority')}</h2>
        {query.data != null && (
          <a className="btn" href="/api/authority/pem" download>
            <Icon of={iconDownload} />
            {i18n.t('Download')}
          </a>
        )}
      </div>
      <Answer query={query} lines={3}>
        {authority => (authority === null ? <None /> : <Facts authority={authority} />)}
      </Answer>
    </section>
  )
}

function None() {
  return (
    <Empty icon={iconLock} title={i18n.t('There is no authority yet')}>
      <p>{i18n.t('It is made when the node is first served to other machines: blackstart serve --host ADDRESS')}</p>
    </Empty>
  )
}

function Facts({ authority: { fingerprint, until } }: { authority: Authority }) {
  return (
    <div className="card-body stack">
      <p>
        {i18n.t(
          'Install it as trusted on the machines that open these pages. Compare its fingerprint first with what blackstart authority prints on the node.',
        )}
      </p>
      <dl className="facts">
        <div className="whole-row">
          <dt>{i18n.t('Fingerprint (SHA-256)')}</dt>
          <dd>
            <code className="wrap">{fingerprint}</code>
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Valid until')}</dt>
          <dd>
            <Time at={until} />
          </dd>
        </div>
      </dl>
    </div>
  )
}
