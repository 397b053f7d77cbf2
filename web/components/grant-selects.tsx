import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Grant } from '../../src/api/schema/session.ts'
import { vocabularyQuery } from '../requests/vocabulary-query.ts'
import { visibleText } from '../text/visible-text.ts'
import { roleWord } from '../text/words.ts'

const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const

/** A role, and where it counts. */
export function GrantSelects({ grant, onChange }: { grant: Grant; onChange: (grant: Grant) => void }) {
  const zones = useQuery(vocabularyQuery).data?.zones ?? []
  const where = grant.zones === 'all' ? '*' : grant.zones.join(',')
  // several zones, or one that the site has no more
  const isListed = where === '*' || zones.some(({ id }) => id === where)
  return (
    <>
      <select
        aria-label={i18n.t('Role')}
        value={grant.role}
        onChange={event => onChange({ ...grant, role: event.target.value as Grant['role'] })}
      >
        {roles.map(role => (
          <option key={role} value={role}>
            {roleWord(role)}
          </option>
        ))}
      </select>
      <select
        aria-label={i18n.t('Where')}
        value={where}
        onChange={({ target: { value } }) => onChange({ ...grant, zones: value === '*' ? 'all' : value.split(',') })}
      >
        <option value="*">{i18n.t('everywhere')}</option>
        {zones.map(({ id, name }) => (
          <option key={id} value={id}>
            {visibleText(name ?? id)}
          </option>
        ))}
        {!isListed && <option value={where}>{visibleText(where.replaceAll(',', ', '))}</option>}
      </select>
    </>
  )
}
