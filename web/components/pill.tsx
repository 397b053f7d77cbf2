import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'plain'

/** A state: told by its word and its sign, the colour only helps. */
export function Pill({
  tone,
  icon,
  children,
  title,
}: {
  tone: Tone
  icon: string
  children: ReactNode
  title?: string
}) {
  return (
    <span className={`pill ${tone === 'plain' ? '' : tone}`} title={title}>
      <Icon of={icon} />
      {children}
    </span>
  )
}
