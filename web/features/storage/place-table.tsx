import { i18n } from '@lingui/core'
import type { Storage } from '../../../src/api/schema/storage.ts'
import { Name } from '../../components/name.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { Time } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { formatDuration } from '../../text/format-duration.ts'
import { mediumWord } from '../../text/kind-words.ts'

export function Places({ storage }: { storage: Storage }) {
  return (
    <section className="card" aria-labelledby="places">
      <div className="card-head">
        <h2 id="places">{i18n.t('Places of copies')}</h2>
      </div>
      <PlainTable rows={storage.places} columns={placeColumns(storage.places[0]?.id)} keyOf={({ id }) => id} />
    </section>
  )
}

/** When it was verified last, and what came of it. */
function Verified({ verified, first }: { verified: Storage['places'][number]['verified']; first: boolean }) {
  if (verified === null)
    return (
      <>
        {i18n.t('not yet')}
        {first && <p className="soft small">{i18n.t('What is captured is read back at once.')}</p>}
      </>
    )
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

/** `first`: the place into which captures go. */
function placeColumns(first: string | undefined): readonly Column<Storage['places'][number]>[] {
  return [
    { id: 'place', label: i18n.t('Place'), className: 'main-cell', cell: ({ id }) => <Name>{id}</Name> },
    { id: 'medium', label: i18n.t('Storage medium'), cell: ({ medium }) => mediumWord(medium) },
    { id: 'location', label: i18n.t('Location'), cell: ({ location }) => <Name>{location}</Name> },
    { id: 'domain', label: i18n.t('Credential domain'), cell: ({ domain }) => <Name>{domain}</Name> },
    { id: 'protection', label: i18n.t('Protection'), cell: protectionOf },
    {
      id: 'verified',
      label: i18n.t('Verified as a whole'),
      cell: place => <Verified verified={place.verified} first={place.id === first} />,
    },
  ]
}

function protectionOf({ online, offsite, locked }: Storage['places'][number]): string {
  const words = [
    online ? i18n.t('online') : i18n.t('offline'),
    offsite ? i18n.t('off site') : null,
    locked === null ? i18n.t('not locked') : i18n.t('locked for {time}', { time: formatDuration(locked) }),
  ]
  return words.filter(Boolean).join(', ')
}
