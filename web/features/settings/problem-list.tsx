import { i18n } from '@lingui/core'
import { iconErrorFilled, iconQuestion, iconSuccess, iconWarningFilled } from '@siemens/ix-icons/icons'
import type { Problem } from '../../../src/api/schema/site.ts'
import { Empty } from '../../components/empty.tsx'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { toldProblem } from '../../text/told.ts'

interface Props {
  readonly problems: readonly Problem[]
  readonly checking: 'going' | 'done' | 'cut-off'
  readonly onJump: (problem: Problem) => void
}

export function ProblemList({ problems, checking, onJump }: Props) {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return (
    <section className="card problems" aria-labelledby="problems" aria-busy={checking === 'going'}>
      <div className="card-head">
        <h2 id="problems">{i18n.t('Check')}</h2>
        <span className="soft small" role="status">
          {checking === 'cut-off'
            ? i18n.t('Not checked')
            : checking === 'going'
              ? i18n.t('Checking…')
              : i18n.t('{errors, plural, =0 {no error} one {# error} other {# errors}}', { errors })}
        </span>
      </div>
      {checking === 'cut-off' && problems.length === 0 ? (
        <Empty icon={iconQuestion} title={i18n.t('Not checked')}>
          <p>
            {i18n.t(
              'The node checks the text, and does not answer now. What you have typed stays here; it is checked once the node is back.',
            )}
          </p>
        </Empty>
      ) : problems.length === 0 ? (
        <Empty
          icon={checking === 'going' ? iconQuestion : iconSuccess}
          title={checking === 'going' ? i18n.t('Checking…') : i18n.t('Nothing is wrong')}
        >
          <p>
            {i18n.t(
              'The text is checked by the node as you type. Ctrl+S compares and saves, Ctrl+] and Ctrl+[ indent.',
            )}
          </p>
        </Empty>
      ) : (
        <ul className="rows">
          {problems.slice(0, 200).map(problem => (
            <li key={`${problem.line} ${problem.column} ${problem.message}`} className={`problem ${problem.severity}`}>
              <ProblemButton problem={problem} onJump={onJump} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function ProblemButton({ problem, onJump }: { problem: Problem } & Pick<Props, 'onJump'>) {
  const { message, allowed } = toldProblem(problem)
  return (
    <button type="button" onClick={() => onJump(problem)}>
      <Icon of={problem.severity === 'error' ? iconErrorFilled : iconWarningFilled} />
      <span>
        <b>
          {i18n.t('Line {line}', { line: problem.line })} · <Name>{problem.path}</Name>
        </b>
        <br />
        <Name>{message}</Name>
        {allowed !== null && (
          <span className="soft">
            <br />
            {i18n.t('Allowed:')} <Name>{allowed}</Name>
          </span>
        )}
      </span>
    </button>
  )
}
