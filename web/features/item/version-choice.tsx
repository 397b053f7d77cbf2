import type { Item } from '../../../src/api/schema/item.ts'
import type { VersionRow } from '../../../src/api/schema/version.ts'
import { Field } from '../../components/field.tsx'
import { setQuery } from '../../routing/location.ts'
import { VersionOptions } from './version-options.tsx'

interface ChoiceProps {
  readonly label: string
  readonly word: 'from' | 'to'
  readonly chosen: string | null
  readonly versions: readonly VersionRow[]
  readonly item: Item
}

export function VersionChoice({ label, word, chosen, versions, item }: ChoiceProps) {
  return (
    <Field label={label} className="version-choice">
      {ties => (
        <select {...ties} value={chosen ?? ''} onChange={event => setQuery({ [word]: event.target.value, path: null })}>
          <VersionOptions item={item} versions={versions} chosen={chosen ?? ''} />
          {chosen === null && <option value="">–</option>}
        </select>
      )}
    </Field>
  )
}
