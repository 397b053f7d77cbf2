import { i18n } from '@lingui/core'
import { useMutation } from '@tanstack/react-query'
import type { Run, Stopped } from '../../src/api/schema/run.ts'
import { request } from '../requests/request.ts'
import { useMay } from '../session/use-session.ts'
import { errorText } from './answer.tsx'
import { Button } from './button.tsx'
import { toast } from './toasts.tsx'

/** The states of a write-back in which nothing of the device is changed. */
const beforeWriting: ReadonlySet<Run['state']> = new Set(['waiting', 'reading'])

/** Stops a capture, of which nothing is kept then, or a write-back that has not touched its device yet. */
export function StopRun({ run, zone = null }: { run: Run; zone?: string | null }) {
  const may = useMay(run.does === 'write' ? 'write-to-device' : 'capture', zone)
  const stop = useMutation({
    mutationFn: () => request<Stopped>(`/api/runs/${encodeURIComponent(run.id)}/stop`, { method: 'POST' }),
    onSuccess: ({ stopped }) => {
      if (!stopped) toast(i18n.t('It could not be stopped any more: see how it ends.'), 'bad')
    },
    onError: error => toast(errorText(error), 'bad'),
  })
  const isTooLate = run.state === 'ended' || (run.does === 'write' && !beforeWriting.has(run.state))
  if (!may || isTooLate) return null
  return (
    <Button small busy={stop.isPending} onClick={() => stop.mutate()}>
      {i18n.t('Stop')}
    </Button>
  )
}
