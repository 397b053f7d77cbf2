import { i18n } from '@lingui/core'
import { Button } from '../../components/button.tsx'
import { GrantSelects } from '../../components/grant-selects.tsx'
import { type GroupRow, newRow } from './group-rows.ts'

/** Which group of the directory may do what, and where. */
export function GroupFields({
  rows,
  onChange,
}: {
  rows: readonly GroupRow[]
  onChange: (rows: readonly GroupRow[]) => void
}) {
  const change = (at: number, by: Partial<GroupRow>) =>
    onChange(rows.map((row, position) => (position === at ? { ...row, ...by } : row)))
  return (
    <fieldset className="grants">
      <legend>{i18n.t('What groups may do')}</legend>
      {rows.map(({ group, grant }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div className="row" key={at}>
          <input
            aria-label={i18n.t('Group')}
            placeholder={i18n.t('Group')}
            value={group}
            maxLength={500}
            autoCapitalize="none"
            spellCheck={false}
            onChange={event => change(at, { group: event.target.value })}
          />
          <GrantSelects grant={grant} onChange={changed => change(at, { grant: changed })} />
          <Button small onClick={() => onChange(rows.filter((_, position) => position !== at))}>
            {i18n.t('Remove')}
          </Button>
        </div>
      ))}
      <Button small onClick={() => onChange([...rows, newRow])}>
        {i18n.t('Add a group')}
      </Button>
    </fieldset>
  )
}
