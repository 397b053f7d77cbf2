import { useQuery } from '@tanstack/react-query'
import type { Approval } from '../../../src/api/schema/run.ts'
import { approvalsQuery } from '../item/item-queries.ts'
import { ApprovalRow, isOpen } from './approval-row.tsx'

/** Open requests for a second person, of those that are meant; nothing where there is none. */
export function ApprovalList({
  id,
  title,
  of = () => true,
}: {
  id: string
  title: string
  of?: (one: Approval) => boolean
}) {
  const rows = useQuery(approvalsQuery).data?.rows.filter(one => isOpen(one) && of(one)) ?? []
  if (rows.length === 0) return null
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
      </div>
      <ul className="rows">
        {rows.map(approval => (
          <li key={approval.id}>
            <ApprovalRow approval={approval} />
          </li>
        ))}
      </ul>
    </section>
  )
}
