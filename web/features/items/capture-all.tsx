import { i18n } from '@lingui/core'
import { iconRefresh } from '@siemens/ix-icons/icons'
import { useMutation } from '@tanstack/react-query'
import { errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toasts.tsx'
import { useMay } from '../../session/use-session.ts'
import { captureNow } from './capture-requests.ts'

export function CaptureAll() {
  const may = useMay('capture')
  const capture = useMutation({
    mutationFn: () => captureNow('all'),
    onSuccess: () => toast(i18n.t('Every item is being read; Activity shows how far it is.')),
    onError: error => toast(errorText(error), 'bad'),
  })
  if (!may) return null
  return (
    <Button icon={iconRefresh} busy={capture.isPending} onClick={() => capture.mutate()}>
      {i18n.t('Capture everything now')}
    </Button>
  )
}
