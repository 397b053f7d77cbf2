import { i18n } from '@lingui/core'
import { useMutation } from '@tanstack/react-query'
import type { Run } from '../../src/api/schema/run.ts'
import { request } from '../requests/request.ts'
import { useMay } from '../session/use-session.ts'
import { errorText } from './answer.tsx'
import { Button } from './button.tsx'
import { toast } from './toasts.tsx'

/** Stops a capture, of which nothing is kept then. A write-back is not stopped half-way. */
export function StopRun({ run, zone = null }: { run: Run; zone?: string | null }) {
  const may = useMay('capture', zone)
  const stop = useMutation({
    mutationFn: () => request(`/api/runs/${encodeURIComponent(run.id)}/stop`, { method: 'POST' }),
    onError: error => toast(errorText(error), 'bad'),
  })
  if (!may || run.state === 'ended' || run.does === 'write') return null
  return (
    <Button small busy={stop.isPending} onClick={() => stop.mutate()}>
      {i18n.t('Stop')}
    </Button>
  )
}
