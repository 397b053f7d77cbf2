import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Grant } from '../../../src/api/schema/session.ts'
import { Button } from '../../components/button.tsx'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'
import { visibleText } from '../../text/visible-text.ts'
import { roleWord } from '../../text/words.ts'

const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const

export function GrantFields({
  grants,
  onChange,
}: {
  grants: readonly Grant[]
  onChange: (grants: readonly Grant[]) => void
}) {
  const zones = useQuery(vocabularyQuery).data?.zones ?? []
  const change = (at: number, by: Partial<Grant>) =>
    onChange(grants.map((one, position) => (position === at ? { ...one, ...by } : one)))
  return (
    <fieldset className="grants">
      <legend>{i18n.t('May')}</legend>
      <p className="soft small">
        {i18n.t(
          'A viewer looks. An operator captures. An engineer approves and writes to devices. An administrator changes the site and its people.',
        )}
      </p>
      {grants.map((grant, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <div className="row" key={at}>
          <select
            aria-label={i18n.t('Role')}
            value={grant.role}
            onChange={event => change(at, { role: event.target.value as Grant['role'] })}
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
              change(at, { zones: event.target.value === '*' ? 'all' : event.target.value.split(',') })
            }
          >
            <option value="*">{i18n.t('everywhere')}</option>
            {zones.map(({ id, name }) => (
              <option key={id} value={id}>
                {visibleText(name ?? id)}
              </option>
            ))}
            {grant.zones !== 'all' && grant.zones.length > 1 && (
              <option value={grant.zones.join(',')}>{visibleText(grant.zones.join(', '))}</option>
            )}
          </select>
          <Button small onClick={() => onChange(grants.filter((_, position) => position !== at))}>
            {i18n.t('Remove')}
          </Button>
        </div>
      ))}
      <Button
        small
        onClick={() => onChange([...grants, { role: 'viewer', zones: zones[0] === undefined ? 'all' : [zones[0].id] }])}
      >
        {i18n.t('Add a role in a zone')}
      </Button>
    </fieldset>
  )
}
