import { i18n } from '@lingui/core'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Banner } from '../../components/banner.tsx'
import { Age } from '../../components/time.tsx'
import { formatBytes } from '../../text/format-bytes.ts'
import { ByAsset } from './storage-by-asset.tsx'

/** For whoever sees some zones: of the repository as a whole they are told nothing, and that is said. */
export function OwnZones({ storage }: { storage: Storage }) {
  const { repository, counted } = storage
  return (
    <>
      <Banner tone="info" inside title={i18n.t('You see the assets of your zones')}>
        {i18n.t(
          'What the repository takes on its disk, its growth, the deduplication and the places of copies are of the whole site: all zones share them. They are shown to whoever may read the whole site; an administrator gives that right under People.',
        )}
      </Banner>
      <section className="card padded" aria-label={i18n.t('In figures')}>
        <dl className="facts figures">
          <div>
            <dt>{i18n.t('Versions of your zones')}</dt>
            <dd className="figure num">{repository.versions.toLocaleString(i18n.locale)}</dd>
          </div>
          <div>
            <dt>{i18n.t('As the devices gave them')}</dt>
            <dd className="figure num">{formatBytes(repository.logical)}</dd>
          </div>
          <div>
            <dt>{i18n.t('Counted')}</dt>
            <dd>{counted === null ? i18n.t('not yet') : <Age at={counted} />}</dd>
          </div>
        </dl>
      </section>
      <ByAsset storage={storage} />
    </>
  )
}
