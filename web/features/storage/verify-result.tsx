import { i18n } from '@lingui/core'
import type { Verification } from '../../../src/api/schema/verification.ts'
import { Banner } from '../../components/banner.tsx'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { formatBytes } from '../../text/format-bytes.ts'
import { told, toldFailure } from '../../text/told.ts'

type Report = NonNullable<Verification['report']>

const shown = 20

export function VerifyResult({ verification }: { verification: Verification }) {
  const { outcome, error, report, ended, by } = verification
  const when = (
    <p className="soft small">
      {ended !== null && <Time at={ended} />} · <Name>{by}</Name>
    </p>
  )
  if (outcome === 'stopped') {
    return (
      <Banner inside tone="info" title={i18n.t('The verification was stopped')}>
        {i18n.t('Places that it had read before stay verified.')} {when}
      </Banner>
    )
  }
  if (report === null) {
    return (
      <Banner inside tone="bad" title={i18n.t('The verification could not be carried out')}>
        {error !== null && <Name>{toldFailure(error)}</Name>} {when}
      </Banner>
    )
  }
  return (
    <Banner
      inside
      tone={outcome === 'sound' ? 'ok' : 'bad'}
      title={outcome === 'sound' ? i18n.t('Everything is sound') : i18n.t('Not everything is sound')}
    >
      {when}
      <p>{readText(verification, report)}</p>
      <ul>
        {report.places.map(place => (
          <li key={place.place}>
            <PlaceLine place={place} />
          </li>
        ))}
      </ul>
      <Damage report={report} />
    </Banner>
  )
}

function readText({ readData }: Verification, { snapshots, packs, bytesRead }: Report): string {
  const values = { snapshots, packs, read: formatBytes(bytesRead) }
  return readData
    ? i18n.t('{snapshots} versions in {packs} packs; {read} read and verified.', values)
    : i18n.t('{snapshots} versions in {packs} packs; their structure only.', values)
}

function PlaceLine({ place: { place, state, versions, behind, note } }: { place: Report['places'][number] }) {
  const words: Readonly<Record<typeof state, string>> = {
    verified: i18n.t('holds {count, plural, one {# version} other {# versions}}', { count: versions }),
    missing: i18n.t('there is no repository'),
    'not-attached': i18n.t('not attached'),
    'locked-out': i18n.t('cannot be looked at'),
  }
  return (
    <>
      <Name>{place}</Name> {words[state]}
      {behind > 0 &&
        `, ${i18n.t('without the newest version of {count, plural, one {# item} other {# items}}', { count: behind })}`}
      {note !== null && (
        <>
          : <Name>{told(note)}</Name>
        </>
      )}
    </>
  )
}

/** In the words of the node: each file is named as it is found on the disk. */
function Damage({ report: { problems, problemsTotal, lost, lostTotal, journal } }: { report: Report }) {
  return (
    <>
      {journal.problem !== null && (
        <p>
          <Name>{told(journal.problem)}</Name>
        </p>
      )}
      {problems.slice(0, shown).map(({ file, message }) => (
        <p key={`${file} ${message}`}>
          <Name>{file}</Name>: <Name>{told(message)}</Name>
        </p>
      ))}
      {lost.slice(0, shown).map(({ item, version }) => (
        <p key={`${item}@${version}`}>
          {i18n.t('{version} is not in the repository any more.', { version: `${item}@${version}` })}
        </p>
      ))}
      <More count={problemsTotal - Math.min(problems.length, shown) + lostTotal - Math.min(lost.length, shown)} />
    </>
  )
}

function More({ count }: { count: number }) {
  if (count <= 0) return null
  return <p>{i18n.t('and {count, plural, one {# more} other {# more}}', { count })}</p>
}
