import { i18n } from '@lingui/core'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Name } from '../../components/name.tsx'
import { Age } from '../../components/time.tsx'
import { formatBytes } from '../../text/format-bytes.ts'

export function Figures({ storage }: { storage: Storage }) {
  const { repository, counted } = storage
  const known = (bytes: number | null) => (bytes === null ? i18n.t('not counted yet') : formatBytes(bytes))
  const used = repository.disk !== null && repository.free !== null ? 1 - repository.free / repository.disk : null
  return (
    <section className="card padded stack" aria-label={i18n.t('In figures')}>
      <dl className="facts figures">
        <div>
          <dt>{i18n.t('On the disk')}</dt>
          <dd className="figure num">{known(repository.stored)}</dd>
        </div>
        <div>
          <dt>{i18n.t('All versions as the devices gave them')}</dt>
          <dd className="figure num">{formatBytes(repository.logical)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Saved by deduplication and compression')}</dt>
          <dd className="figure num">
            {repository.ratio === null
              ? '–'
              : i18n.t('{factor} times', {
                  factor: repository.ratio.toLocaleString(i18n.locale, { maximumFractionDigits: 1 }),
                })}
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Versions')}</dt>
          <dd className="figure num">{repository.versions.toLocaleString(i18n.locale)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Catalog')}</dt>
          <dd className="num">{known(storage.catalog)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Journal')}</dt>
          <dd className="num">{known(storage.journal)}</dd>
        </div>
        <div>
          <dt>{i18n.t('Where')}</dt>
          <dd>
            <Name>{repository.location}</Name>
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Counted')}</dt>
          <dd>{counted === null ? i18n.t('not yet') : <Age at={counted} />}</dd>
        </div>
      </dl>
      {used !== null && (
        <div>
          <div
            className="meter"
            role="img"
            aria-label={i18n.t('{share} % of the disk is used', { share: Math.round(used * 100) })}
          >
            <span style={{ width: `${used * 100}%` }} />
          </div>
          <p className="soft small">
            {i18n.t('{free} free of {disk}', { free: known(repository.free), disk: known(repository.disk) })}
          </p>
        </div>
      )}
    </section>
  )
}
