import { i18n } from '@lingui/core'
import { iconDocument, iconFolder, iconLink } from '@siemens/ix-icons/icons'
import { useMemo } from 'react'
import type { Entries, Entry } from '../../../src/api/schema/version.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { formatBytes } from '../../text/format-bytes.ts'
import { DownloadLink } from './download-link.tsx'
import { versionAddress } from './item-queries.ts'
import { NoVersion } from './no-version.tsx'

interface Props {
  readonly item: string
  readonly version: string
  readonly folder: string
  readonly downloads: boolean
}

/** What a folder of a version holds, however much it is. */
export function Folder({ item, version, folder, downloads }: Props) {
  const key = ['item', item, 'entries', version]
  const asked = { folder, limit: '500' }
  const { query, rows, more } = useRows<Entry, Entries>(key, versionAddress(item, version, '/entries'), asked)
  const columns = useMemo(() => entryColumns({ item, version, downloads }), [item, version, downloads])
  return (
    <Answer query={query} absent={error => <NoVersion item={item} error={error} />}>
      {() =>
        rows.length === 0 ? (
          <Empty icon={iconFolder} title={i18n.t('The folder is empty')} />
        ) : (
          <VirtualTable
            label={i18n.t('Files')}
            {...{ columns, rows }}
            keyOf={({ path }) => path}
            total={query.hasNextPage ? null : rows.length}
            onEnd={more}
          />
        )
      }
    </Answer>
  )
}

const icons = { file: iconDocument, folder: iconFolder, link: iconLink }

function entryColumns({ item, version, downloads }: Omit<Props, 'folder'>): readonly Column<Entry>[] {
  return [
    {
      id: 'name',
      label: i18n.t('Name'),
      className: 'main-cell',
      cell: entry => (
        <span className="with-icon">
          <Icon of={icons[entry.type]} />
          <EntryName {...{ entry, item, version }} />
        </span>
      ),
    },
    {
      id: 'size',
      label: i18n.t('Size'),
      className: 'end num',
      cell: ({ type, bytes }) => (type === 'file' ? formatBytes(bytes) : null),
    },
    {
      id: 'changed',
      label: i18n.t('Changed on the device'),
      cell: ({ mtime }) => (mtime === null ? null : <Time at={mtime} />),
    },
    {
      id: 'download',
      label: i18n.t('Download'),
      hidesLabel: true,
      className: 'end',
      cell: ({ type, path, name }) =>
        downloads && type === 'file' ? (
          <DownloadLink
            {...{ item, version, path, as: 'raw', look: 'small quiet' }}
            label={i18n.t('Download {name}', { name })}
          />
        ) : null,
    },
  ]
}

function EntryName({
  entry: { type, name, path, target },
  item,
  version,
}: { entry: Entry } & Omit<Props, 'folder' | 'downloads'>) {
  if (type === 'link') {
    return (
      <span>
        <Name>{name}</Name> → <Name>{target ?? ''}</Name>
      </span>
    )
  }
  const words: Record<string, string> = { part: 'files', version }
  words[type === 'folder' ? 'folder' : 'file'] = path
  return (
    <Link href={itemPath(item, words)}>
      <Name>{name}</Name>
    </Link>
  )
}
