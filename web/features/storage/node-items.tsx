import { i18n } from '@lingui/core'
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
      <div className="table-frame">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{i18n.t('Item')}</th>
              <th scope="col">{i18n.t('What it holds')}</th>
            </tr>
          </thead>
          <tbody>
            {nodeItems.map(item => {
              const words = nodeItemWords(item)
              return (
                <tr key={item}>
                  <td className="main-cell">
                    <Link href={itemPath(item)}>{words?.name}</Link>
                  </td>
                  <td>{words?.holds}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
