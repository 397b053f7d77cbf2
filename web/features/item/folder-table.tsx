import { i18n } from '@lingui/core'
import { iconDocument, iconFolder, iconLink } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import type { Entry } from '../../../src/api/schema/version.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { formatBytes } from '../../text/format-bytes.ts'
import { DownloadLink } from './download-link.tsx'
import { entriesQuery } from './item-queries.ts'

interface Props {
  readonly item: string
  readonly version: string
  readonly folder: string
  readonly downloads: boolean
}

export function Folder({ item, version, folder, downloads }: Props) {
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
                  <EntryRow key={entry.path} entry={entry} item={item} version={version} downloads={downloads} />
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

function EntryRow({ entry, item, version, downloads }: Omit<Props, 'folder'> & { entry: Entry }) {
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
        {downloads && type === 'file' && (
          <DownloadLink
            {...{ item, version, path, as: 'raw', look: 'small quiet' }}
            label={i18n.t('Download {name}', { name: entry.name })}
          />
        )}
      </td>
    </tr>
  )
}
