import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { ItemRow, Items } from '../../../src/api/schema/item.ts'
import { Name } from '../../components/name.tsx'
import { StatePills } from '../../components/state-pills.tsx'
import { request } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { useMay } from '../../session/use-session.ts'

const shown = 4

/** What `init` writes into a new site.yaml, as long as nothing was ever read of it. */
export const isExample = ({ id, via, state }: Pick<ItemRow, 'id' | 'via' | 'state'>) =>
  id === 'plc-filler/program' && via === 'files' && state === 'never'

/** What site.yaml describes already, what was never read first. */
export function DescribedDevices() {
  const may = useMay('edit-site')
  const items = useQuery({
    queryKey: ['items', 'described'],
    queryFn: ({ signal }) => request<Items>(`/api/items?sort=confirmed&limit=${shown}`, { signal }),
  }).data
  if (items === undefined || items.rows.length === 0) return null
  return (
    <ul className="described">
      {items.rows.map(row => (
        <li key={row.id} className="row">
          <Link href={itemPath(row.id)}>
            <Name>{row.id}</Name>
          </Link>
          <StatePills {...row} />
          {isExample(row) && (
            <span className="soft small">
              {i18n.t('This is the example that init wrote, and no real device: change or remove it.')}{' '}
              {may && <Link href="/settings">{i18n.t('To site.yaml')}</Link>}
            </span>
          )}
        </li>
      ))}
      {items.total > items.rows.length && (
        <li>
          <Link href="/items">{i18n.t('all {total}', { total: items.total })}</Link>
        </li>
      )}
    </ul>
  )
}
