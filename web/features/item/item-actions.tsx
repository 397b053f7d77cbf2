import { i18n } from '@lingui/core'
import { iconCheck, iconRefresh, iconRestore, iconStopwatch } from '@siemens/ix-icons/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Item } from '../../../src/api/schema/item.ts'
import { errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toasts.tsx'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { captureNow } from '../items/capture-requests.ts'
import { ApproveDialog } from './approve-dialog.tsx'
import { DrillDialog } from './drill-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { anyVersion, rollBackWord } from './roll-back-word.ts'

export function ItemActions({ item }: { item: Item }) {
  const operates = useMay('capture', item.zone)
  const approves = useMay('approve', item.zone)
  const writes = useMay('write-to-device', item.zone)
  const drills = useMay('drill', item.zone)
  const rollBack = useQueryWord(rollBackWord)
  const client = useQueryClient()
  const [open, setOpen] = useState<'approve' | 'drill' | null>(null)
  const capture = useMutation({
    mutationFn: () => captureNow([item.id]),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <div className="buttons">
      {operates && (
        <Button icon={iconRefresh} busy={capture.isPending || item.run !== null} onClick={() => capture.mutate()}>
          {i18n.t('Capture now')}
        </Button>
      )}
      {drills && item.latest !== null && (
        <Button icon={iconStopwatch} onClick={() => setOpen('drill')}>
          {i18n.t('Rehearse…')}
        </Button>
      )}
      {approves && item.latest !== null && item.approvedVersion !== item.latest && (
        <Button icon={iconCheck} onClick={() => setOpen('approve')}>
          {i18n.t('Approve')}
        </Button>
      )}
      {writes && item.latest !== null && (
        <Button
          icon={iconRestore}
          kind={item.drifted ? 'primary' : 'plain'}
          disabled={item.restore === 'unsupported'}
          title={
            item.restore === 'unsupported'
              ? i18n.t('This connector cannot write: restore its files and load them by hand')
              : undefined
          }
          onClick={() => setQuery({ [rollBackWord]: anyVersion }, 'push')}
        >
          {i18n.t('Roll back…')}
        </Button>
      )}
      {open === 'approve' && item.latest !== null && (
        <ApproveDialog item={item.id} version={item.latest} onClose={() => setOpen(null)} />
      )}
      {open === 'drill' && <DrillDialog item={item.id} zone={item.zone} onClose={() => setOpen(null)} />}
      {rollBack !== null && writes && item.latest !== null && item.restore !== 'unsupported' && (
        <RestoreDialog
          item={item}
          version={rollBack === anyVersion ? null : rollBack}
          onClose={() => setQuery({ [rollBackWord]: null })}
        />
      )}
    </div>
  )
}
