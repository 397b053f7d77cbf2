import { i18n } from '@lingui/core'
import type { InterviewAnswered, Question } from '../../../src/api/schema/interview.ts'
import { Field } from '../../components/field.tsx'
import { Name } from '../../components/name.tsx'
import { visibleText } from '../../text/visible-text.ts'
import { questionWords } from './question-words.ts'

interface Props {
  readonly question: Question
  readonly name: string
  readonly value: string
  readonly wrong: InterviewAnswered['wrong'][number] | undefined
  readonly readOnly: boolean
  readonly onChange: (value: string) => void
}

export function QuestionField({ question, name, value, wrong, readOnly, onChange }: Props) {
  const { text, help, consequence } = questionWords(question, name)
  const hint = (
    <>
      <Name>{help}</Name>
      {consequence !== null && (
        <b className="consequence">
          {' '}
          <Name>{consequence}</Name>
        </b>
      )}
    </>
  )
  return (
    <Field
      label={visibleText(text)}
      hint={hint}
      wrong={wrong === undefined ? null : wrongWords(wrong.reason, question)}
    >
      {ties => (
        <input
          {...ties}
          className="answer"
          name={question.id}
          value={value}
          readOnly={readOnly}
          maxLength={100}
          placeholder={i18n.t('nobody knows yet')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="next"
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function wrongWords(reason: string, { mostDays }: Question): string {
  if (i18n.locale === 'en') return reason
  return i18n.t('This is no time that can be taken: 90s, 15m, 4h, 7d or 2w, and no more than {mostDays} days.', {
    mostDays,
  })
}
