import { i18n } from '@lingui/core'
import { iconLock } from '@siemens/ix-icons/icons'
import { Link } from '../routing/link.tsx'
import { Empty } from './empty.tsx'
import { Page } from './page.tsx'

interface Props {
  readonly title: string
  /** What the page is for, as the end of “This takes the right to …”. */
  readonly right: string
  /** Who has it. */
  readonly who: string
}

/** A page that its reader may not use: says why, and who may. */
export function TakesRight({ title, right, who }: Props) {
  return (
    <Page title={title}>
      <div className="card">
        <Empty icon={iconLock} title={i18n.t('This takes the right to {right}', { right })}>
          <p>{i18n.t('Your account does not have it. {who} Ask one of them if you need it.', { who })}</p>
          <Link className="btn" href="/">
            {i18n.t('To the overview')}
          </Link>
        </Empty>
      </div>
    </Page>
  )
}
