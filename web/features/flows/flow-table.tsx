import { i18n } from '@lingui/core'
import { iconShieldHalf } from '@siemens/ix-icons/icons'
import { useMemo } from 'react'
import type { Flow, Flows } from '../../../src/api/schema/flow.ts'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { ClippedName, Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { Age } from '../../components/time.tsx'
import { type Column, VirtualTable } from '../../components/virtual-table.tsx'
import { useRows } from '../../requests/use-rows.ts'
import { useQueryWord } from '../../routing/location.ts'
import { judgementLook, portsText, purposeWord } from './flow-words.ts'
import { NotInOrder } from './not-in-order.tsx'
import { remedyWords, ruleWords } from './rule-words.ts'

export function FlowTable() {
  const [q, purpose, judgement] = [useQueryWord('q'), useQueryWord('purpose'), useQueryWord('judgement')]
  const words = { q, purpose, judgement, limit: '200' }
  const { query, rows, first, more } = useRows<Flow, Flows>(['flows'], '/api/flows', words)
  const columns = useMemo(flowColumns, [])
  return (
    <>
      {first !== undefined && <NotInOrder flows={first} />}
      <section className="card" aria-label={i18n.t('Flows')}>
        <Answer query={query}>
          {() =>
            rows.length === 0 ? (
              <Empty icon={iconShieldHalf} title={i18n.t('No flow of this kind')}>
                <p>{i18n.t('Nothing that was asked for crosses the network.')}</p>
              </Empty>
            ) : (
              <>
                <VirtualTable
                  label={i18n.t('Flows')}
                  columns={columns}
                  rows={rows}
                  keyOf={row => row.id}
                  total={first?.total ?? null}
                  onEnd={more}
                />
                <p className="list-foot num" aria-live="polite">
                  {i18n.t('{count, plural, one {# flow} other {# flows}}', { count: first?.total ?? rows.length })}
                </p>
              </>
            )
          }
        </Answer>
      </section>
    </>
  )
}

function flowColumns(): readonly Column<Flow>[] {
  return [
    { id: 'purpose', label: i18n.t('Purpose'), cell: flow => purposeWord(flow.purpose) },
    { id: 'from', label: i18n.t('From'), cell: ({ initiator }) => <End {...initiator} /> },
    {
      id: 'to',
      label: i18n.t('To'),
      cell: ({ target }) => <End {...target} />,
    },
    {
      id: 'host',
      label: i18n.t('Address'),
      cell: ({ target }) => (target.host === null ? '–' : <ClippedName>{target.host}</ClippedName>),
    },
    { id: 'protocol', label: i18n.t('Protocol'), cell: flow => <Name>{flow.protocol}</Name> },
    { id: 'ports', label: i18n.t('Ports'), className: 'num', cell: portsText },
    { id: 'judgement', label: i18n.t('Judgement'), className: 'bare', cell: flow => <Judgement flow={flow} /> },
    { id: 'rule', label: i18n.t('Rule, and what opens it'), className: 'sentence', cell: flow => <Why flow={flow} /> },
  ]
}

function End({ zone, level, what }: Pick<Flow['initiator'], 'zone' | 'level' | 'what'>) {
  return (
    <>
      <ClippedName>{what}</ClippedName>{' '}
      {what !== zone && (
        <span className="soft small">
          <Name>{zone}</Name> ({level})
        </span>
      )}
    </>
  )
}

function Judgement({ flow }: { flow: Flow }) {
  const { tone, icon, word } = judgementLook(flow.judgement)
  return (
    <>
      <Pill tone={tone} icon={icon}>
        {word}
      </Pill>{' '}
      {flow.seen !== null && (
        <span className="soft small">
          {i18n.t('last seen')} <Age at={flow.seen} />
        </span>
      )}
    </>
  )
}

function Why({ flow }: { flow: Flow }) {
  const remedy = remedyWords(flow)
  return (
    <>
      <Name>{ruleWords(flow)}</Name>
      {remedy !== null && (
        <>
          . <Name>{remedy}</Name>
        </>
      )}
    </>
  )
}
