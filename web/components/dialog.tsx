import { i18n } from '@lingui/core'
import { iconClose } from '@siemens/ix-icons/icons'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Button } from './button.tsx'

interface Props {
  readonly title: ReactNode
  readonly children: ReactNode
  readonly foot?: ReactNode
  readonly wide?: boolean
  readonly onClose: () => void
}

/** The browser's own modal: it keeps the focus inside, closes with Escape, and gives the focus back. */
export function Dialog({ title, children, foot, wide = false, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const before = document.activeElement
    const opened = dialog.current
    opened?.showModal()
    return () => {
      opened?.close()
      // what opened it may be gone with what was done
      if (before instanceof HTMLElement && before.isConnected) before.focus()
      else document.getElementById('main')?.focus({ preventScroll: true })
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={wide ? 'wide' : ''}
      aria-labelledby={name}
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className="dialog-head">
        <h2 id={name}>{title}</h2>
        <Button kind="quiet" icon={iconClose} aria-label={i18n.t('Close')} onClick={onClose} />
      </div>
      <div className="dialog-body">{children}</div>
      {foot !== undefined && <div className="dialog-foot">{foot}</div>}
    </dialog>
  )
}
