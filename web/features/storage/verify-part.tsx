import { i18n } from '@lingui/core'
import { iconSuccess } from '@siemens/ix-icons/icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Verification, Verifications } from '../../../src/api/schema/verification.ts'
import { errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Name } from '../../components/name.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { useMay } from '../../session/use-session.ts'
import { VerifyResult } from './verify-result.tsx'

const verificationsQuery = queryOptions({
  queryKey: ['verifications'],
  queryFn: ({ signal }) => request<Verifications>('/api/verifications', { signal }),
})

/** Whether the copies are whole: asked for here, shown while it goes on, and what came of it. */
export function VerifyPart() {
  const [newest] = useQuery(verificationsQuery).data?.rows ?? []
  const goes = newest !== undefined && newest.ended === null
  return (
    <section className="card" aria-labelledby="verification">
      <div className="card-head">
        <h2 id="verification">{i18n.t('Verification')}</h2>
        {!goes && <Begin />}
      </div>
      <div className="card-body stack">
        <p className="soft">
          {i18n.t(
            'The repository, the versions in it, the journal, and every other place that can be reached are verified. A copy counts once every byte of it was read.',
          )}
        </p>
        {goes && <Going verification={newest} />}
        {newest !== undefined && !goes && <VerifyResult verification={newest} />}
      </div>
    </section>
  )
}

function Begin() {
  const may = useMay('verify')
  const client = useQueryClient()
  const begin = useMutation({
    mutationFn: (readData: boolean) =>
      request<Verification>('/api/verifications', { method: 'POST', body: { readData } }),
    onError: error => toast(errorText(error), 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: ['verifications'] }),
  })
  if (!may) return null
  return (
    <span className="buttons">
      <Button busy={begin.isPending} onClick={() => begin.mutate(false)}>
        {i18n.t('Verify the structure')}
      </Button>
      <Button kind="primary" icon={iconSuccess} busy={begin.isPending} onClick={() => begin.mutate(true)}>
        {i18n.t('Verify every byte')}
      </Button>
    </span>
  )
}

function Going({ verification: { id, place, stage, done, total } }: { verification: Verification }) {
  const may = useMay('verify')
  const stop = useMutation({
    mutationFn: () => request(`/api/verifications/${encodeURIComponent(id)}/stop`, { method: 'POST' }),
    onError: error => toast(errorText(error), 'bad'),
  })
  const share = total === 0 ? null : Math.round((done / total) * 100)
  return (
    <div className="stack">
      <p role="status">
        {place === null ? i18n.t('Opening the repository') : <Name>{place}</Name>}
        {stage !== null && ` · ${stageWord(stage)}`}
        {total > 0 && ` · ${i18n.t('{done} of {total}', { done, total })}`}
      </p>
      <div
        className={`meter ${share === null ? 'unknown' : ''}`}
        role="progressbar"
        aria-label={i18n.t('Verification')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share ?? undefined}
      >
        <span style={share === null ? undefined : { width: `${share}%` }} />
      </div>
      {may && (
        <div>
          <Button busy={stop.isPending} onClick={() => stop.mutate()}>
            {i18n.t('Stop')}
          </Button>
        </div>
      )}
    </div>
  )
}

function stageWord(stage: NonNullable<Verification['stage']>): string {
  return { files: i18n.t('Files'), trees: i18n.t('Folders of versions'), data: i18n.t('Every byte') }[stage]
}
