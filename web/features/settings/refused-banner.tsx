import { i18n } from '@lingui/core'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { useMay } from '../../session/use-session.ts'

/** The file on the disk has errors. `changed`: the editor shows another text by now. */
export function RefusedBanner({ changed, onPutBack }: { changed: boolean; onPutBack: () => void }) {
  const may = useMay('edit-site')
  return (
    <Banner
      tone="warn"
      inside
      title={i18n.t('The file on the disk has errors and is not in force')}
      action={may && <Button onClick={onPutBack}>{i18n.t('Put the one in force back…')}</Button>}
    >
      {changed
        ? i18n.t('What you save here takes its place.')
        : i18n.t('It is shown here, and another definition is in force.')}
    </Banner>
  )
}
