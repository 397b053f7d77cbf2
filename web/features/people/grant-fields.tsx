import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Grant } from '../../../src/api/schema/session.ts'
import { Button } from '../../components/button.tsx'
import { GrantSelects } from '../../components/grant-selects.tsx'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'

export function GrantFields({
  grants,
  onChange,
}: {
  grants: readonly Grant[]
  onChange: (grants: readonly Grant[]) => void
}) {
  const zones = useQuery(vocabularyQuery).data?.zones ?? []
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
          <GrantSelects grant={grant} onChange={changed => onChange(grants.with(at, changed))} />
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
