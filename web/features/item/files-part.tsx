import { i18n } from '@lingui/core'
import { iconFolder } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import type { Item } from '../../../src/api/schema/item.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Field } from '../../components/field.tsx'
import { Name } from '../../components/name.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { refusedWords } from '../../session/refused-words.ts'
import { useMay, useTimezone } from '../../session/use-session.ts'
import { DownloadLink } from './download-link.tsx'
import { FileView } from './file-view.tsx'
import { Folder } from './folder-table.tsx'
import { newestVersionsQuery } from './item-queries.ts'
import { versionWords } from './version-name.tsx'
import { VersionSheet } from './version-sheet.tsx'

/** As much of an item as its files need. */
type HeldItem = Pick<Item, 'id' | 'latest'> & { readonly zone: string | null }

/** The files of one version: to look into, and to take away. */
export function FilesPart({ item }: { item: HeldItem }) {
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
      <RefusedDownload />
      <div className="card-head">
        <VersionSelect item={item} version={version} />
        <Crumbs item={item.id} version={version} folder={folder} file={file} />
        {may && (
          <DownloadLink item={item.id} version={version} as="zip" path={folder}>
            {folder === '' ? i18n.t('All as zip') : i18n.t('This folder as zip')}
          </DownloadLink>
        )}
      </div>
      <VersionSheet item={item.id} version={version} />
      {file === null ? (
        <Folder key={`${version} ${folder}`} item={item.id} version={version} folder={folder} downloads={may} />
      ) : (
        <FileView item={item.id} version={version} path={file} downloads={may} />
      )}
    </div>
  )
}

/** A download that was opened by its address, and led back here. */
function RefusedDownload() {
  const words = refusedWords(useQueryWord('refused') ?? '')
  if (words === null) return null
  return (
    <Banner
      tone="bad"
      inside
      title={i18n.t('The download was not given')}
      action={<Button onClick={() => setQuery({ refused: null })}>{i18n.t('Dismiss')}</Button>}
    >
      {words}
    </Banner>
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

function VersionSelect({ item, version }: { item: HeldItem; version: string }) {
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
