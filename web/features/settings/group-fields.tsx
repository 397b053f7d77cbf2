import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Grant } from '../../../src/api/schema/session.ts'
import { Button } from '../../components/button.tsx'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'
import { visibleText } from '../../text/visible-text.ts'
import { roleWord } from '../../text/words.ts'
import { type GroupRow, newRow } from './group-rows.ts'

const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const

/** Which group of the directory may do what, and where. */
export function GroupFields({
  rows,
  onChange,
}: {
  rows: readonly GroupRow[]
  onChange: (rows: readonly GroupRow[]) => void
}) {
  const zones = useQuery(vocabularyQuery).data?.zones ?? []
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
          <select
            aria-label={i18n.t('Role')}
            value={grant.role}
            onChange={event => change(at, { grant: { ...grant, role: event.target.value as Grant['role'] } })}
          >
            {roles.map(role => (
              <option key={role} value={role}>
                {roleWord(role)}
              </option>
            ))}
          </select>
          <select
            aria-label={i18n.t('Where')}
            value={grant.zones === 'all' ? '*' : grant.zones.join(',')}
            onChange={event =>
              change(at, {
                grant: { ...grant, zones: event.target.value === '*' ? 'all' : event.target.value.split(',') },
              })
            }
          >
            <option value="*">{i18n.t('everywhere')}</option>
            {zones.map(({ id, name }) => (
              <option key={id} value={id}>
                {visibleText(name ?? id)}
              </option>
            ))}
            {grant.zones !== 'all' && !zones.some(({ id }) => id === grant.zones[0] && grant.zones.length === 1) && (
              <option value={grant.zones.join(',')}>{visibleText(grant.zones.join(', '))}</option>
            )}
          </select>
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
