import { i18n } from '@lingui/core'
import { useMemo } from 'react'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { toast } from '../../components/toasts.tsx'
import { HunkList } from '../difference/hunk-list.tsx'
import { hunksOf, mergeLines } from './merge-lines.ts'

interface Props {
  /** What both began with. */
  readonly base: string
  readonly mine: string
  readonly theirs: string
  /** Goes on from theirs, with this text in the editor. */
  readonly onTake: (text: string) => void
  readonly onClose: () => void
}

/** Somebody else saved another definition meanwhile: both changes, and what can be made of them. */
export function ConflictDialog({ base, mine, theirs, onTake, onClose }: Props) {
  const merged = useMemo(() => mergeLines(base, mine, theirs), [base, mine, theirs])
  const parts = useMemo(() => ({ theirs: hunksOf(base, theirs), mine: hunksOf(base, mine) }), [base, mine, theirs])
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(mine)
      toast(i18n.t('Your text is in the clipboard.'))
    } catch {
      toast(i18n.t('The browser does not let this page use the clipboard: copy the text from the editor.'), 'bad')
    }
  }
  return (
    <Dialog
      wide
      title={i18n.t('Somebody else has saved another definition meanwhile')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Back to the text')}</Button>
          <Button onClick={() => void copy()}>{i18n.t('Copy my text')}</Button>
          <Button onClick={() => onTake(theirs)}>{i18n.t('Take theirs')}</Button>
          {merged !== null && (
            <Button kind="primary" onClick={() => onTake(merged)}>
              {i18n.t('Apply mine on theirs')}
            </Button>
          )}
        </>
      }
    >
      <Banner tone={merged === null ? 'warn' : 'info'} inside>
        {merged === null
          ? i18n.t('Both changed the same lines. Copy your text, take theirs, and make your change again.')
          : i18n.t('You changed other lines than they did: yours can be applied on theirs, then compared and saved.')}
      </Banner>
      <h3>{i18n.t('Theirs')}</h3>
      <HunkList hunks={parts.theirs} />
      <h3>{i18n.t('Mine')}</h3>
      <HunkList hunks={parts.mine} />
    </Dialog>
  )
}
