import { iconError, iconInfo, iconSuccess, iconWarning } from '@siemens/ix-icons/icons'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

const icons = { bad: iconError, integrity: iconError, warn: iconWarning, info: iconInfo, ok: iconSuccess }

interface Props {
  readonly tone: keyof typeof icons
  readonly title?: ReactNode
  readonly children?: ReactNode
  readonly action?: ReactNode
  /** In the flow of a page, rather than across it. */
  readonly inside?: boolean
}

export function Banner({ tone, title, children, action, inside = false }: Props) {
  return (
    <div
      className={`banner ${tone} ${inside ? 'note' : ''}`}
      role={tone === 'bad' || tone === 'integrity' ? 'alert' : 'status'}
    >
      <Icon of={icons[tone]} />
      <div>
        {title !== undefined && <b>{title}</b>}
        {children}
      </div>
      {action}
    </div>
  )
}
