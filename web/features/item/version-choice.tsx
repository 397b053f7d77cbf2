import { i18n } from '@lingui/core'
import type { Item } from '../../../src/api/schema/item.ts'
import type { VersionRow } from '../../../src/api/schema/version.ts'
import { Field } from '../../components/field.tsx'
import { setQuery } from '../../routing/location.ts'
import { useTimezone } from '../../session/use-session.ts'
import { versionWords } from './version-name.tsx'

interface ChoiceProps {
  readonly label: string
  readonly word: 'from' | 'to'
  readonly chosen: string | null
  readonly versions: readonly VersionRow[]
  readonly item: Item
}

export function VersionChoice({ label, word, chosen, versions, item }: ChoiceProps) {
  const timezone = useTimezone()
  const known = chosen === null || versions.some(({ id }) => id === chosen)
  return (
    <Field label={label} className="version-choice">
      {ties => (
        <select {...ties} value={chosen ?? ''} onChange={event => setQuery({ [word]: event.target.value, path: null })}>
          {versions.map(one => (
            <option key={one.id} value={one.id}>
              {versionWords(one.id, timezone)}
              {one.approved ? ` · ${i18n.t('approved')}` : ''}
              {one.id === item.latest ? ` · ${i18n.t('newest')}` : ''}
            </option>
          ))}
          {!known && <option value={chosen}>{versionWords(chosen, timezone)}</option>}
          {chosen === null && <option value="">–</option>}
        </select>
      )}
    </Field>
  )
}
