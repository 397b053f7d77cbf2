import { i18n } from '@lingui/core'
import { iconQuestion } from '@siemens/ix-icons/icons'
import type { RequestError } from '../requests/request.ts'
import { Link } from '../routing/link.tsx'
import { Empty } from './empty.tsx'
import { Name } from './name.tsx'

interface Props {
  readonly error: RequestError
  /** That there is no such thing. */
  readonly title: string
  readonly id: string
  /** Where those are listed that there are. */
  readonly list: { readonly href: string; readonly label: string }
  /** Where the page is of what was probably meant. */
  readonly pathOf: (meant: string) => string
}

/** In place of a page: the node answers, and has nothing of this id for whoever asks. */
export function NoSuch({ error, title, id, list, pathOf }: Props) {
  const meant = error.told?.meant
  return (
    <section className="card">
      <Empty icon={iconQuestion} title={title}>
        <p>
          <b>
            <Name>{id}</Name>
          </b>
          {' · '}
          {error.code === 'forbidden'
            ? i18n.t('site.yaml does not name it, or it stands in a zone that you may not look into.')
            : i18n.t('site.yaml does not name it. It may have another name by now, or have been removed.')}
        </p>
        {meant !== undefined && (
          <p>
            {i18n.t('Was this meant:')}{' '}
            <Link href={pathOf(meant)}>
              <Name>{meant}</Name>
            </Link>
          </p>
        )}
        <Link className="btn" href={list.href}>
          {list.label}
        </Link>
      </Empty>
    </section>
  )
}
