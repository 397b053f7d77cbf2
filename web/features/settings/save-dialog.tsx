import { i18n } from '@lingui/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Hunk } from '../../../src/api/schema/version.ts'
import { Answer, errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { HunkList } from '../difference/hunk-list.tsx'
import { hunksOf } from './merge-lines.ts'
import { checkSite } from './site-requests.ts'

interface Props {
  readonly text: string
  /** The file on the disk, where the text is in force already and only takes its place. */
  readonly replaced: string | null
  readonly onSave: () => Promise<void>
  readonly onClose: () => void
}

/** What will change, before it does. */
export function SaveDialog({ text, replaced, onSave, onClose }: Props) {
  const query = useQuery({
    queryKey: ['site', 'check', text],
    queryFn: ({ signal }) => checkSite(text, signal),
    gcTime: 0,
  })
  const save = useMutation({ mutationFn: onSave })
  return (
    <Dialog
      wide
      title={i18n.t('What changes in site.yaml')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{i18n.t('Back to the text')}</Button>
          <Button
            kind="primary"
            busy={save.isPending}
            disabled={query.data?.sound !== true}
            onClick={() => save.mutate()}
          >
            {i18n.t('Save and put in force')}
          </Button>
        </>
      }
    >
      {save.error !== null && (
        <Banner tone="bad" inside>
          {errorText(save.error)}
        </Banner>
      )}
      <Answer query={query}>
        {({ hunks, counts }) => (
          <>
            {replaced === null ? (
              <Hunks hunks={hunks} />
            ) : (
              <>
                <p>{i18n.t('This is what is in force already: only the file on the disk changes.')}</p>
                <HunkList hunks={hunksOf(replaced, text)} />
              </>
            )}
            {counts !== null && (
              <p className="soft">
                {i18n.t('After it: {zones} zones, {assets} assets, {items} items, {processes} processes.', {
                  zones: counts.zones,
                  assets: counts.assets,
                  items: counts.items,
                  processes: counts.processes,
                })}
              </p>
            )}
          </>
        )}
      </Answer>
    </Dialog>
  )
}

function Hunks({ hunks }: { hunks: readonly Hunk[] }) {
  if (hunks.length === 0)
    return <p>{i18n.t('Only what cannot be seen differs, such as white space at the end of lines.')}</p>
  return <HunkList hunks={hunks} />
}
