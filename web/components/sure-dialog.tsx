import { i18n } from '@lingui/core'
import type { ReactNode } from 'react'
import { errorText } from './answer.tsx'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface Props {
  readonly title: string
  /** The word on the button that does it. */
  readonly act: string
  readonly busy: boolean
  readonly error: Error | null
  readonly onSure: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Asks before something is taken away: what it is, and what follows. */
export function SureDialog({ title, act, busy, error, onSure, onClose, children }: Props) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button kind="danger primary" busy={busy} onClick={onSure}>
            {act}
          </Button>
        </>
      }
    >
      {error !== null && (
        <Banner tone="bad" inside>
          {errorText(error)}
        </Banner>
      )}
      {children}
    </Dialog>
  )
}
