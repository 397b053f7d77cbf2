import { i18n } from '@lingui/core'
import { iconDownload, iconFolder } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import type { Item } from '../../../src/api/schema/item.ts'
import { Empty } from '../../components/empty.tsx'
import { Field } from '../../components/field.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { useMay, useTimezone } from '../../session/use-session.ts'
import { FileView } from './file-view.tsx'
import { Folder } from './folder-table.tsx'
import { newestVersionsQuery, versionAddress } from './item-queries.ts'
import { versionWords } from './version-name.tsx'
import { VersionSheet } from './version-sheet.tsx'

/** The files of one version: to look into, and to take away. */
export function FilesPart({ item }: { item: Item }) {
  const asked = useQueryWord('version')
  const folder = useQueryWord('folder') ?? ''
  const file = useQueryWord('file')
  const version = asked ?? item.latest
  const may = useMay('read-secrets-raw', item.zone)
  if (version === null) {
    return (
      <div className="card">
        <Empty icon={iconFolder} title={i18n.t('No version yet')} />
      </div>
    )
  }
  return (
    <div className="card">
      <div className="card-head">
        <VersionSelect item={item} version={version} />
        <Crumbs item={item.id} version={version} folder={folder} file={file} />
        {may && (
          <a
            className="btn"
            href={versionAddress(item.id, version, `/zip?${new URLSearchParams({ path: folder })}`)}
            download
          >
            <Icon of={iconDownload} />
            {folder === '' ? i18n.t('All as zip') : i18n.t('This folder as zip')}
          </a>
        )}
      </div>
      <VersionSheet item={item.id} version={version} />
      {file === null ? (
        <Folder item={item.id} version={version} folder={folder} downloads={may} />
      ) : (
        <FileView item={item.id} version={version} path={file} downloads={may} />
      )}
    </div>
  )
}

function Crumbs({
  item,
  version,
  folder,
  file,
}: {
  item: string
  version: string
  folder: string
  file: string | null
}) {
  const path = file ?? folder
  const names = path === '' ? [] : path.split('/')
  return (
    <nav className="crumbs" aria-label={i18n.t('Path')}>
      <Link href={itemPath(item, { part: 'files', version })}>
        <Name>{item}</Name>
      </Link>
      {names.map((name, at) => {
        const here = names.slice(0, at + 1).join('/')
        return (
          <span key={here}>
            {' / '}
            {at === names.length - 1 ? (
              <Name>{name}</Name>
            ) : (
              <Link href={itemPath(item, { part: 'files', version, folder: here })}>
                <Name>{name}</Name>
              </Link>
            )}
          </span>
        )
      })}
    </nav>
  )
}

function VersionSelect({ item, version }: { item: Item; version: string }) {
  const rows = useQuery(newestVersionsQuery(item.id)).data?.rows ?? []
  const timezone = useTimezone()
  return (
    <Field label={i18n.t('Version')} className="version-choice">
      {ties => (
        <select
          {...ties}
          value={version}
          onChange={event => setQuery({ version: event.target.value, folder: null, file: null })}
        >
          {rows.map(({ id, approved }) => (
            <option key={id} value={id}>
              {versionWords(id, timezone)}
              {approved ? ` · ${i18n.t('approved')}` : ''}
            </option>
          ))}
          {!rows.some(({ id }) => id === version) && <option value={version}>{versionWords(version, timezone)}</option>}
        </select>
      )}
    </Field>
  )
}
