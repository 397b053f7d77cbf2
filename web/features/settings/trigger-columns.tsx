import { i18n } from '@lingui/core'
import { iconErrorFilled, iconEyeCancelled, iconRefresh, iconSuccess } from '@siemens/ix-icons/icons'
import type { Triggers } from '../../../src/api/schema/node-state.ts'
import { Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { Age } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { told } from '../../text/told.ts'

type Trigger = Triggers['rows'][number]

export function triggerColumns(): readonly Column<Trigger>[] {
  return [
    {
      id: 'trigger',
      label: i18n.t('Trigger'),
      className: 'main-cell',
      cell: ({ id, via }) => (
        <>
          <Name>{id}</Name> <code className="soft">{via}</code>
        </>
      ),
    },
    { id: 'state', label: i18n.t('State'), className: 'bare', cell: ({ status }) => <Status status={status} /> },
    {
      id: 'watches',
      label: i18n.t('What it watches'),
      className: 'sentence',
      cell: ({ text }) => <Name>{told(text)}</Name>,
    },
    { id: 'last', label: i18n.t('Seen last'), cell: ({ last }) => (last === null ? '–' : <SeenLast last={last} />) },
    {
      id: 'strangers',
      label: i18n.t('From unknown addresses'),
      cell: ({ strangers }) =>
        strangers.slice(0, 5).map(({ address, count }) => (
          <p key={address} className="num">
            <Name>{address}</Name> · {count}
          </p>
        )),
    },
  ]
}

function Status({ status }: Pick<Trigger, 'status'>) {
  const looks = {
    starting: { tone: 'plain', icon: iconRefresh, word: i18n.t('Starting') },
    working: { tone: 'ok', icon: iconSuccess, word: i18n.t('Working') },
    blind: { tone: 'warn', icon: iconEyeCancelled, word: i18n.t('Sees nothing') },
    failed: { tone: 'bad', icon: iconErrorFilled, word: i18n.t('Failed') },
  } as const
  const { tone, icon, word } = looks[status]
  return (
    <Pill tone={tone} icon={icon}>
      {word}
    </Pill>
  )
}

function SeenLast({ last: { at, what, items } }: { last: NonNullable<Trigger['last']> }) {
  return (
    <>
      <Age at={at} />: <Name>{told(what)}</Name>{' '}
      <span className="soft">
        <Name>{items.join(', ')}</Name>
      </span>
    </>
  )
}
