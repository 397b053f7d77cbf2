import { i18n } from '@lingui/core'
import { iconGenericDevice, iconLock, iconStarFilled, iconUndo, iconWarningFilled } from '@siemens/ix-icons/icons'
import type { Item } from '../../../src/api/schema/item.ts'
import type { VersionRow } from '../../../src/api/schema/version.ts'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { Time } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { setQuery } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { formatBytes } from '../../text/format-bytes.ts'
import { DownloadLink } from './download-link.tsx'
import { rollBackWord } from './roll-back-word.ts'
import { VersionName } from './version-name.tsx'

export type VersionAct = 'approve' | 'hold' | 'release'

interface Props {
  readonly item: Item
  readonly version: VersionRow
  /** The version before it; null for the first. */
  readonly before: string | null
  readonly onAct: (act: VersionAct) => void
}

export function VersionEntry({ item, version, before, onAct }: Props) {
  const { id } = version
  return (
    <li className={`version ${version.outcome} ${version.approved ? 'approved' : ''}`}>
      <div className="row">
        <b>
          <VersionName id={id} />
        </b>
        <Signs item={item} version={version} />
      </div>
      <p className="soft small">
        {i18n.t('On the device from')} <Time at={version.time} /> {i18n.t('until it was last seen')}{' '}
        <Time at={version.confirmed} /> · {formatBytes(version.bytes)} ·{' '}
        {i18n.t('{files, plural, one {# file} other {# files}}', { files: version.files })}
      </p>
      {version.keptFor.length > 0 && (
        <details className="more">
          <summary>{i18n.t('Why it is kept')}</summary>
          <p className="soft small">
            <Name>{version.keptFor.join(', ')}</Name>
          </p>
        </details>
      )}
      {version.writtenBy !== null && <WrittenBy write={version.writtenBy} />}
      {version.approvals.map(({ actor, time, note }) => (
        <p key={`${actor} ${time}`} className="small">
          <Icon of={iconStarFilled} /> {i18n.t('Approved by')} <Name>{actor}</Name>, <Time at={time} />
          {note !== null && (
            <>
              : <Name>{note}</Name>
            </>
          )}
        </p>
      ))}
      {version.hold !== null && (
        <p className="small">
          <Icon of={iconLock} /> {i18n.t('Held by')} <Name>{version.hold.actor}</Name>, <Time at={version.hold.time} />:{' '}
          <Name>{version.hold.reason}</Name>
        </p>
      )}
      <Actions item={item} version={version} before={before} onAct={onAct} />
    </li>
  )
}

/** Nobody changed it on the device itself. */
function WrittenBy({ write }: { write: NonNullable<VersionRow['writtenBy']> }) {
  return (
    <p className="small">
      <Icon of={iconUndo} /> {i18n.t('Written back by')} <Name>{write.actor}</Name>, <Time at={write.time} />,{' '}
      {i18n.t('from version')} <VersionName id={write.version} />
      {write.reason !== null && (
        <>
          : <Name>{write.reason}</Name>
        </>
      )}
      {write.result !== 'done' && (
        <>
          {' '}
          <span className="bad-text">{i18n.t('The device holds something else than what was written.')}</span>
        </>
      )}
    </p>
  )
}

function Signs({ item, version }: { item: Item; version: VersionRow }) {
  const newest = item.latest === version.id
  return (
    <>
      {newest && (
        <Pill tone="info" icon={iconGenericDevice}>
          {i18n.t('On the device')}
        </Pill>
      )}
      {version.approved && (
        <Pill tone="ok" icon={iconStarFilled}>
          {i18n.t('Approved')}
        </Pill>
      )}
      {version.sameAsApproved === true && !version.approved && (
        <span className="soft small">{i18n.t('the same as the approved version')}</span>
      )}
      {version.outcome === 'equivalent' && (
        <span className="soft small">{i18n.t('differs only in what changes by itself')}</span>
      )}
      {version.unexpected === true && (
        <Pill tone="bad" icon={iconWarningFilled} title={i18n.t('It appeared outside every change window of the item')}>
          {i18n.t('Unexpected')}
        </Pill>
      )}
      {version.hold !== null && (
        <Pill tone="plain" icon={iconLock}>
          {i18n.t('Held')}
        </Pill>
      )}
      {!version.stored && (
        <Pill tone="bad" icon={iconWarningFilled}>
          {i18n.t('Lost')}
        </Pill>
      )}
    </>
  )
}

function Actions({ item, version, before, onAct }: Props) {
  const approves = useMay('approve', item.zone)
  const writes = useMay('write-to-device', item.zone)
  const downloads = useMay('read-secrets-raw', item.zone)
  const { id } = version
  return (
    <div className="buttons">
      {before !== null && (
        <Link className="btn small" href={itemPath(item.id, { part: 'difference', from: before, to: id })}>
          {i18n.t('What changed')}
        </Link>
      )}
      {item.latest !== null && item.latest !== id && (
        <Link className="btn small" href={itemPath(item.id, { part: 'difference', from: id, to: item.latest })}>
          {i18n.t('Against the device')}
        </Link>
      )}
      <Link className="btn small" href={itemPath(item.id, { part: 'files', version: id })}>
        {i18n.t('Files')}
      </Link>
      {downloads && version.stored && (
        <DownloadLink item={item.id} version={id} as="zip" look="small">
          {i18n.t('Download')}
        </DownloadLink>
      )}
      {approves && (
        <>
          {!version.approved && (
            <Button small onClick={() => onAct('approve')}>
              {i18n.t('Approve')}
            </Button>
          )}
          <Button small onClick={() => onAct(version.hold === null ? 'hold' : 'release')}>
            {version.hold === null ? i18n.t('Hold') : i18n.t('Release')}
          </Button>
          {writes && item.restore !== 'unsupported' && version.stored && (
            <Button small onClick={() => setQuery({ [rollBackWord]: id }, 'push')}>
              {i18n.t('Roll back to it…')}
            </Button>
          )}
        </>
      )}
    </div>
  )
}
