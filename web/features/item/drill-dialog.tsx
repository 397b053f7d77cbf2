import { i18n } from '@lingui/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Drill } from '../../../src/api/schema/risk.ts'
import { errorText, isAbsent, Loading } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Name } from '../../components/name.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { useMay } from '../../session/use-session.ts'
import { formatDuration } from '../../text/format-duration.ts'
import { told, toldFailure } from '../../text/told.ts'

/** Rehearses an item's restore on the node, never on the device, and says what came of it. */
export function DrillDialog({ item, zone, onClose }: { item: string; zone: string; onClose: () => void }) {
  const client = useQueryClient()
  // one that goes on is shown again where the dialog was closed meanwhile
  const [id, setId] = useState(() => client.getQueryData<string>(['begun-drill', item]))
  const begin = useMutation({
    mutationFn: () => request<Drill>('/api/drills', { method: 'POST', body: { items: [item] } }),
    onSuccess: begun => {
      client.setQueryData(['begun-drill', item], begun.id)
      setId(begun.id)
    },
  })
  const { data, error } = useQuery({
    queryKey: ['drill', id],
    queryFn: ({ signal }) => request<Drill>(`/api/drills/${encodeURIComponent(id ?? '')}`, { signal }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.ended == null && !isAbsent(state.error) ? 700 : false),
  })
  const drill = data ?? begin.data
  // by a node that was started anew
  const forgotten = isAbsent(error)
  const ended = drill?.ended != null || forgotten
  useEffect(() => {
    if (!ended) return
    client.removeQueries({ queryKey: ['begun-drill', item] })
    void client.invalidateQueries({ queryKey: ['item', item] })
  }, [ended, client, item])
  const close = useRef<HTMLButtonElement>(null)
  const step = ended ? 'ended' : drill === undefined ? 'asked' : 'going'
  useEffect(() => {
    // the button that was pressed is gone, and the focus with it
    if (step !== 'asked') close.current?.focus()
  }, [step])
  return (
    <Dialog
      title={i18n.t('Rehearse the restore')}
      onClose={onClose}
      foot={
        <>
          <Button ref={close} onClick={onClose}>
            {i18n.t('Close')}
          </Button>
          {drill !== undefined && !ended && <Stop drill={drill.id} zone={zone} />}
          {drill === undefined && !ended && (
            <Button kind="primary" busy={begin.isPending} onClick={() => begin.mutate()}>
              {i18n.t('Rehearse it now')}
            </Button>
          )}
        </>
      }
    >
      <p>
        {i18n.t(
          'The approved version, or the newest where none is approved, is restored into a sandbox on the node, compared and opened. The device is not touched. What it takes counts as measured.',
        )}
      </p>
      {begin.error !== null && (
        <Banner tone="bad" inside>
          {errorText(begin.error)}
        </Banner>
      )}
      {drill !== undefined && !ended && <Going drill={drill} />}
      {forgotten && (
        <Banner tone="warn" inside>
          {i18n.t('The node was started anew meanwhile, and does not know how it ended. Rehearse it again.')}
        </Banner>
      )}
      {drill?.ended != null && drill.results.length < drill.total && (
        <Banner tone="warn" inside>
          {i18n.t('It was stopped before it had ended: nothing is known of the restore, and nothing is measured.')}
        </Banner>
      )}
      {drill?.ended != null && drill.results.map(result => <Result key={result.item} result={result} />)}
    </Dialog>
  )
}

function Stop({ drill, zone }: { drill: string; zone: string }) {
  const may = useMay('drill', zone)
  const client = useQueryClient()
  const stop = useMutation({
    mutationFn: () => request(`/api/drills/${encodeURIComponent(drill)}/stop`, { method: 'POST' }),
    onError: error => toast(errorText(error), 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: ['drill', drill] }),
  })
  if (!may) return null
  return (
    <Button busy={stop.isPending} onClick={() => stop.mutate()}>
      {i18n.t('Stop')}
    </Button>
  )
}

function Going({ drill }: { drill: Drill }) {
  const phases: Readonly<Record<NonNullable<Drill['phase']>, string>> = {
    open: i18n.t('Opening the repository'),
    restore: i18n.t('Restoring'),
    verify: i18n.t('Comparing'),
    openContent: i18n.t('Opening what was restored'),
  }
  return (
    <>
      <p role="status">{drill.phase === null ? i18n.t('Waiting') : phases[drill.phase]}</p>
      <Loading lines={2} />
    </>
  )
}

function Result({ result }: { result: Drill['results'][number] }) {
  const { passed, milliseconds, problems, error } = result
  const took = milliseconds === null ? null : i18n.t('It took {time}.', { time: formatDuration(milliseconds) })
  return (
    <Banner
      inside
      tone={passed ? 'ok' : 'bad'}
      title={passed ? i18n.t('Passed: it can be restored') : i18n.t('Failed: it cannot be relied upon')}
    >
      {took} {error !== null && <Name>{toldFailure(error)}</Name>}
      {problems.slice(0, 20).map(({ path, what }) => (
        <p key={`${path} ${what}`}>
          <Name>{path ?? ''}</Name> <Name>{told(what)}</Name>
        </p>
      ))}
    </Banner>
  )
}
