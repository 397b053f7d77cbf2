import { i18n } from '@lingui/core'
import { setQuery, useQueryWord } from '../routing/location.ts'
import { visibleText } from '../text/visible-text.ts'
import { Field } from './field.tsx'

interface Choice {
  readonly value: string
  readonly label: string
}

/** One of several, or all; the choice stands in the address. */
export function ChoiceFilter({ label, word, choices }: { label: string; word: string; choices: readonly Choice[] }) {
  const chosen = useQueryWord(word) ?? ''
  const known = chosen === '' || choices.some(({ value }) => value === chosen)
  return (
    <Field label={label}>
      {ties => (
        <select {...ties} value={chosen} onChange={event => setQuery({ [word]: event.target.value })}>
          <option value="">{i18n.t('All')}</option>
          {choices.map(({ value, label: name }) => (
            <option key={value} value={value}>
              {visibleText(name)}
            </option>
          ))}
          {!known && <option value={chosen}>{visibleText(chosen)}</option>}
        </select>
      )}
    </Field>
  )
}
