import type { ComponentProps, ReactNode } from 'react'
import { Icon } from './icon.tsx'

type Kind = 'plain' | 'primary' | 'danger' | 'danger primary' | 'quiet'

interface Props extends Omit<ComponentProps<'button'>, 'children'> {
  readonly kind?: Kind
  readonly icon?: string
  readonly small?: boolean
  /** What it is waiting for: it cannot be pressed meanwhile. */
  readonly busy?: boolean
  readonly children?: ReactNode
}

export function Button({ kind = 'plain', icon, small = false, busy = false, children, ...rest }: Props) {
  const words = ['btn', kind === 'plain' ? '' : kind, small ? 'small' : '', children === undefined ? 'icon' : '']
  return (
    <button
      type="button"
      {...rest}
      className={words.filter(Boolean).join(' ')}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
    >
      {icon !== undefined && <Icon of={icon} />}
      {children}
    </button>
  )
}
