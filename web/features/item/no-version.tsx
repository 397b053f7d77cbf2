import { i18n } from '@lingui/core'
import { iconQuestion } from '@siemens/ix-icons/icons'
import { errorText } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import type { RequestError } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { Link } from '../../routing/link.tsx'

/** In place of what a version holds: there is no such version, or file in it, or whoever asks may not look into it. */
export function NoVersion({ item, error }: { item: string; error: RequestError }) {
  return (
    <section className="card">
      <Empty icon={iconQuestion} title={i18n.t('This cannot be shown')}>
        <p>
          <Name>{errorText(error)}</Name>
        </p>
        <Link className="btn" href={itemPath(item, { part: 'timeline' })}>
          {i18n.t('The versions of the item')}
        </Link>
      </Empty>
    </section>
  )
}
