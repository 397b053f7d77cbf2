import { i18n } from '@lingui/core'
import { iconDocument, iconDownload, iconFolder, iconLink } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import type { Item } from '../../../src/api/schema/item.ts'
import type { Entry } from '../../../src/api/schema/version.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Field } from '../../components/field.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { useTimezone } from '../../session/use-session.ts'
import { formatBytes } from '../../text/format-bytes.ts'
import { FileView } from './file-view.tsx'
import { entriesQuery, newestVersionsQuery, versionAddress } from './item-queries.ts'
import { versionWords } from './version-name.tsx'

/** The files of one version: to look into, and to take away. */
export function FilesPart({ item }: { item: Item }) {
  const asked = useQueryWord('version')
  const folder = useQueryWord('folder') ?? ''
  const file = useQueryWord('file')
  const version = asked ?? item.latest
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
        <a
          className="btn"
          href={versionAddress(item.id, version, `/zip?${new URLSearchParams({ path: folder })}`)}
          download
        >
          <Icon of={iconDownload} />
          {folder === '' ? i18n.t('All as zip') : i18n.t('This folder as zip')}
        </a>
      </div>
      {file === null ? (
        <Folder item={item.id} version={version} folder={folder} />
      ) : (
        <FileView item={item.id} version={version} path={file} />
      )}
    </div>
  )
}

function Folder({ item, version, folder }: { item: string; version: string; folder: string }) {
  const query = useQuery(entriesQuery(item, version, folder))
  return (
    <Answer query={query}>
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty icon={iconFolder} title={i18n.t('The folder is empty')} />
        ) : (
          <div className="table-frame">
            <table className="grid">
              <thead>
                <tr>
                  <th scope="col">{i18n.t('Name')}</th>
                  <th scope="col" className="end">
                    {i18n.t('Size')}
                  </th>
                  <th scope="col">{i18n.t('Changed on the device')}</th>
                  <th scope="col">
                    <span className="hidden-text">{i18n.t('Download')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map(entry => (
                  <EntryRow key={entry.path} entry={entry} item={item} version={version} />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Answer>
  )
}

const icons = { file: iconDocument, folder: iconFolder, link: iconLink }

function EntryRow({ entry, item, version }: { entry: Entry; item: string; version: string }) {
  const { path, type } = entry
  const words: Record<string, string> = { part: 'files', version }
  words[type === 'folder' ? 'folder' : 'file'] = path
  return (
    <tr>
      <td className="main-cell">
        <span className="with-icon">
          <Icon of={icons[type]} />
          {type === 'link' ? (
            <span>
              <Name>{entry.name}</Name> → <Name>{entry.target ?? ''}</Name>
            </span>
          ) : (
            <Link href={itemPath(item, words)}>
              <Name>{entry.name}</Name>
            </Link>
          )}
        </span>
      </td>
      <td className="end num">{type === 'file' ? formatBytes(entry.bytes) : ''}</td>
      <td>{entry.mtime !== null && <Time at={entry.mtime} />}</td>
      <td className="end">
        {type === 'file' && (
          <a
            className="btn small quiet"
            href={versionAddress(item, version, `/raw?${new URLSearchParams({ path })}`)}
            download
            aria-label={i18n.t('Download {name}', { name: entry.name })}
          >
            <Icon of={iconDownload} />
          </a>
        )}
      </td>
    </tr>
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
