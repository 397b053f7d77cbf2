import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

export function Empty({ icon, title, children }: { icon: string; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon of={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  )
}
