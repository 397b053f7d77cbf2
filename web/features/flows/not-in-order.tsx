import { i18n } from '@lingui/core'
import type { Flows } from '../../../src/api/schema/flow.ts'
import { Banner } from '../../components/banner.tsx'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'
import { told } from '../../text/told.ts'
import { purposeWord } from './flow-words.ts'

const shown = 20

/** What is not known, and what was seen and is needed by nothing. */
export function NotInOrder({ flows: { unknown, unplaced, unexpected } }: { flows: Flows }) {
  return (
    <>
      {unexpected.total > 0 && (
        <Banner tone="warn" inside title={i18n.t('Opened by captures, and needed by nothing')}>
          <ul>
            {unexpected.rows.slice(0, shown).map(({ item, host, port, last }) => (
              <li key={`${item} ${host} ${port}`}>
                <Link href={itemPath(item)}>
                  <Name>{item}</Name>
                </Link>{' '}
                <Name>{`${host}:${port}`}</Name> <Time at={last} />
              </li>
            ))}
          </ul>
          <More total={unexpected.total} />
        </Banner>
      )}
      {unplaced.length > 0 && (
        <Banner
          tone="info"
          inside
          title={i18n.t('Not judged: the site file does not say in which zone the other end stands')}
        >
          <ul>
            {unplaced.map(({ purpose, name, host, protocol, remedy }) => (
              <li key={`${purpose} ${name} ${host} ${protocol}`}>
                {purposeWord(purpose)}: <Name>{host === null ? name : `${name}, ${host}`}</Name> (
                <Name>{protocol}</Name>). <Name>{told(remedy)}</Name>
              </li>
            ))}
          </ul>
        </Banner>
      )}
      {unknown.total > 0 && (
        <Banner
          tone="info"
          inside
          title={i18n.t('Nobody knows what these need: the site file gives their devices no address')}
        >
          <ul>
            {unknown.items.slice(0, shown).map(item => (
              <li key={item}>
                <Link href={itemPath(item)}>
                  <Name>{item}</Name>
                </Link>
              </li>
            ))}
          </ul>
          <More total={unknown.total} />
        </Banner>
      )}
    </>
  )
}

function More({ total }: { total: number }) {
  if (total <= shown) return null
  return <p>{i18n.t('and {count, plural, one {# more} other {# more}}', { count: total - shown })}</p>
}
