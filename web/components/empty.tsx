import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

interface Props {
  readonly icon: string
  readonly title: string
  /** One line: that there is nothing is good, and needs no room. */
  readonly small?: boolean
  readonly children?: ReactNode
}

export function Empty({ icon, title, small = false, children }: Props) {
  return (
    <div className={small ? 'empty small-empty' : 'empty'}>
      <Icon of={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  )
}
