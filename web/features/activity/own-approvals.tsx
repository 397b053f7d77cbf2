import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { approvalsQuery } from '../item/item-queries.ts'
import { ApprovalRow, isOpen } from './approval-row.tsx'

/** What the reader has asked a second person for: whoever agreed has made it possible for a short time only. */
export function OwnApprovals() {
  const rows = useQuery(approvalsQuery).data?.rows.filter(one => one.own && isOpen(one)) ?? []
  if (rows.length === 0) return null
  return (
    <section className="card" aria-labelledby="own-approvals">
      <div className="card-head">
        <h2 id="own-approvals">{i18n.t('What you asked a second person for')}</h2>
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
