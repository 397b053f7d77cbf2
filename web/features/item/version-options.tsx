import { i18n } from '@lingui/core'
import type { Item } from '../../../src/api/schema/item.ts'
import type { VersionRow } from '../../../src/api/schema/version.ts'
import { useTimezone } from '../../session/use-session.ts'
import { versionWords } from './version-name.tsx'

interface Props {
  readonly item: Item
  readonly versions: readonly VersionRow[]
  /** Also where it is none of `versions`; empty: none is chosen. */
  readonly chosen: string
}

/** The versions of a choice, each with what has to be known before it is chosen. */
export function VersionOptions({ item, versions, chosen }: Props) {
  const timezone = useTimezone()
  return (
    <>
      {versions.map(one => (
        <option key={one.id} value={one.id}>
          {[versionWords(one.id, timezone), ...versionMarks(one, item.latest)].join(' · ')}
        </option>
      ))}
      {chosen !== '' && !versions.some(({ id }) => id === chosen) && (
        <option value={chosen}>{versionWords(chosen, timezone)}</option>
      )}
    </>
  )
}

function versionMarks(version: VersionRow, latest: string | null): readonly string[] {
  const { id, approved, sameAsApproved, unexpected, stored } = version
  return [
    unexpected === true ? i18n.t('unexpected') : '',
    approved ? i18n.t('approved') : sameAsApproved === true ? i18n.t('same as approved') : '',
    id === latest ? i18n.t('on the device now') : '',
    stored ? '' : i18n.t('lost'),
  ].filter(mark => mark !== '')
}
