import { i18n } from '@lingui/core'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { formatDuration } from '../../text/format-duration.ts'
import { mediumWord } from '../../text/kind-words.ts'

export function Places({ storage }: { storage: Storage }) {
  return (
    <section className="card" aria-labelledby="places">
      <div className="card-head">
        <h2 id="places">{i18n.t('Places of copies')}</h2>
      </div>
      <div className="table-frame">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{i18n.t('Place')}</th>
              <th scope="col">{i18n.t('Storage medium')}</th>
              <th scope="col">{i18n.t('Location')}</th>
              <th scope="col">{i18n.t('Credential domain')}</th>
              <th scope="col">{i18n.t('Protection')}</th>
              <th scope="col">{i18n.t('Verified')}</th>
            </tr>
          </thead>
          <tbody>
            {storage.places.map(place => (
              <tr key={place.id}>
                <td className="main-cell">
                  <Name>{place.id}</Name>
                </td>
                <td>{mediumWord(place.medium)}</td>
                <td>
                  <Name>{place.location}</Name>
                </td>
                <td>
                  <Name>{place.domain}</Name>
                </td>
                <td>
                  {[
                    place.online ? i18n.t('online') : i18n.t('offline'),
                    place.offsite ? i18n.t('off site') : null,
                    place.locked === null
                      ? i18n.t('not locked')
                      : i18n.t('locked for {time}', { time: formatDuration(place.locked) }),
                  ]
                    .filter(Boolean)
                    .join(', ')}
                </td>
                <td>
                  <Verified place={place} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** When it was verified last, and what came of it. */
function Verified({ place: { verified } }: { place: Storage['places'][number] }) {
  if (verified === null) return i18n.t('never')
  const { time, errors, readData, readWhole, behind } = verified
  return (
    <>
      <Time at={time} />{' '}
      {errors > 0 ? (
        <span className="bad-text">{i18n.t('{count, plural, one {# error} other {# errors}}', { count: errors })}</span>
      ) : (
        <span className="soft">{readData ? i18n.t('sound, every byte read') : i18n.t('sound, structure only')}</span>
      )}
      {behind > 0 && (
        <p className="small">
          {i18n.t('without the newest version of {count, plural, one {# item} other {# items}}', { count: behind })}
        </p>
      )}
      {!readData && (
        <p className="soft small">
          {i18n.t('Every byte was read:')} {readWhole === null ? i18n.t('never') : <Time at={readWhole} />}
        </p>
      )}
    </>
  )
}
