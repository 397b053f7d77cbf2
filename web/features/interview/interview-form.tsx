import { i18n } from '@lingui/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Interview, InterviewAnswered } from '../../../src/api/schema/interview.ts'
import { errorText } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toasts.tsx'
import { useMay } from '../../session/use-session.ts'
import { SaveDialog } from '../settings/save-dialog.tsx'
import { saveSite, siteQuery } from '../settings/site-requests.ts'
import { useUnsaved } from '../settings/use-unsaved.ts'
import { consequenceWords } from './consequence-words.ts'
import { type Answers, answerInterview } from './interview-requests.ts'
import { QuestionField } from './question-field.tsx'
import { useAnswered } from './use-answered.ts'

/** All questions at once; the node looks at the answers as one types, and nothing is written before it was compared. */
export function InterviewForm({ interview }: { interview: Interview }) {
  const may = useMay('edit-site')
  const [answers, setAnswers] = useState<Answers>({})
  const [proposed, setProposed] = useState<Proposed | null>(null)
  const answered = useAnswered(interview.process, answers, may)
  const changed = answered?.changed ?? []
  useUnsaved(changed.length > 0)
  const propose = useMutation({
    mutationFn: () => answerInterview(interview.process, { answers, propose: true }),
    onSuccess: ({ proposal, etag }) => setProposed(proposal === null ? null : { text: proposal.text, etag }),
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    propose.mutate()
  }
  const questions = answered?.questions ?? interview.questions
  const { name, process } = interview
  return (
    <>
      <form className="card padded stack interview" onSubmit={submit} noValidate>
        {!may && (
          <Banner tone="info" inside>
            {i18n.t('You may look at it. Changing it needs an administrator.')}
          </Banner>
        )}
        {questions.map(question => (
          <QuestionField
            key={question.id}
            question={question}
            name={name ?? process}
            value={answers[question.id] ?? question.current?.text ?? ''}
            wrong={answered?.wrong.find(({ id }) => id === question.id)}
            readOnly={!may}
            onChange={value => setAnswers(before => ({ ...before, [question.id]: value }))}
          />
        ))}
        {may && <Foot answered={answered} busy={propose.isPending} error={propose.error} />}
      </form>
      {proposed !== null && (
        <Compare
          proposed={proposed}
          onSaved={() => {
            setProposed(null)
            setAnswers({})
          }}
          onClose={() => setProposed(null)}
        />
      )}
    </>
  )
}

interface FootProps {
  readonly answered: InterviewAnswered | undefined
  readonly busy: boolean
  readonly error: Error | null
}

/** Stays in sight: what the answers come to, and the way on. */
function Foot({ answered, busy, error }: FootProps) {
  const { wrong = [], contradiction = null, changed = [] } = answered ?? {}
  const isReady = changed.length > 0 && wrong.length === 0 && contradiction === null
  return (
    <div className="interview-foot">
      {error !== null && (
        <Banner tone="bad" inside>
          {errorText(error)}
        </Banner>
      )}
      {contradiction !== null && (
        <Banner tone="bad" inside title={i18n.t('These cannot all be right')}>
          {consequenceWords(contradiction)}
        </Banner>
      )}
      <p className="soft small" role="status">
        {wrong.length > 0
          ? i18n.t('{count, plural, one {# answer cannot} other {# answers cannot}} be taken', { count: wrong.length })
          : i18n.t('{count, plural, =0 {No new answer yet} one {# new answer} other {# new answers}}', {
              count: changed.length,
            })}
      </p>
      <Button type="submit" kind="primary" busy={busy} disabled={!isReady}>
        {i18n.t('Compare and save…')}
      </Button>
    </div>
  )
}

interface Proposed {
  readonly text: string
  readonly etag: string
}

function Compare({ proposed, onSaved, onClose }: { proposed: Proposed; onSaved: () => void; onClose: () => void }) {
  const client = useQueryClient()
  async function save(): Promise<void> {
    const saved = await saveSite(proposed.text, proposed.etag)
    client.setQueryData(siteQuery.queryKey, saved)
    await client.invalidateQueries({ queryKey: ['site'] })
    for (const key of ['overview', 'process', 'findings']) void client.invalidateQueries({ queryKey: [key] })
    toast(i18n.t('Saved, and in force. The definition before it is kept as a version.'))
    onSaved()
  }
  return <SaveDialog text={proposed.text} replaced={null} onSave={save} onClose={onClose} />
}
