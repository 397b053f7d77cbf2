import { i18n } from '@lingui/core'
import { iconClose, iconError, iconSuccess } from '@siemens/ix-icons/icons'
import { useSyncExternalStore } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface Toast {
  readonly id: number
  readonly tone: 'ok' | 'bad'
  readonly text: string
}

let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

const remove = (id: number) => set(toasts.filter(toast => toast.id !== id))

/** Says that something was done, or not; what failed stays until it is read. */
export function toast(text: string, tone: Toast['tone'] = 'ok'): void {
  last += 1
  const id = last
  set([...toasts.slice(-3), { id, tone, text }])
  if (tone === 'ok') setTimeout(() => remove(id), 6_000)
}

export function Toasts() {
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div className="toasts" role="log" aria-live="polite">
      {shown.map(({ id, tone, text }) => (
        <div className="toast" key={id}>
          <Icon of={tone === 'ok' ? iconSuccess : iconError} />
          <span>{text}</span>
          <Button small kind="quiet" icon={iconClose} aria-label={i18n.t('Close')} onClick={() => remove(id)} />
        </div>
      ))}
    </div>
  )
}
