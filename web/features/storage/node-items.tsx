import { i18n } from '@lingui/core'
import { PlainTable } from '../../components/plain-table.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { nodeItems, nodeItemWords } from '../../text/node-item-words.ts'

/** The repository and its password rebuild the node: this is what of it lies in there. */
export function NodeItems() {
  return (
    <section className="card" aria-labelledby="node-items">
      <div className="card-head">
        <h2 id="node-items">{i18n.t('What the node keeps of itself')}</h2>
        <p className="soft small">{i18n.t('Captured with every sweep')}</p>
      </div>
      <PlainTable rows={nodeItems} columns={columns()} keyOf={item => item} />
    </section>
  )
}

function columns(): readonly Column<string>[] {
  return [
    {
      id: 'item',
      label: i18n.t('Item'),
      className: 'main-cell',
      cell: item => <Link href={itemPath(item)}>{nodeItemWords(item)?.name}</Link>,
    },
    { id: 'holds', label: i18n.t('What it holds'), className: 'bare', cell: item => nodeItemWords(item)?.holds },
  ]
}
