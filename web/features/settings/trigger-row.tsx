import { i18n } from '@lingui/core'
import { iconErrorFilled, iconEyeCancelled, iconRefresh, iconSuccess } from '@siemens/ix-icons/icons'
import type { Triggers } from '../../../src/api/schema/node-state.ts'
import { Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { Age } from '../../components/time.tsx'
import { told } from '../../text/told.ts'

export function TriggerRow({ trigger }: { trigger: Triggers['rows'][number] }) {
  const { id, via, status, text, last, strangers } = trigger
  const looks = {
    starting: { tone: 'plain', icon: iconRefresh, word: i18n.t('Starting') },
    working: { tone: 'ok', icon: iconSuccess, word: i18n.t('Working') },
    blind: { tone: 'warn', icon: iconEyeCancelled, word: i18n.t('Sees nothing') },
    failed: { tone: 'bad', icon: iconErrorFilled, word: i18n.t('Failed') },
  } as const
  const { tone, icon, word } = looks[status]
  return (
    <tr>
      <td className="main-cell">
        <Name>{id}</Name> <code className="soft">{via}</code>
      </td>
      <td>
        <Pill tone={tone} icon={icon}>
          {word}
        </Pill>
      </td>
      <td>
        <Name>{told(text)}</Name>
      </td>
      <td>
        {last === null ? (
          '–'
        ) : (
          <>
            <Age at={last.at} />: <Name>{told(last.what)}</Name>{' '}
            <span className="soft">
              <Name>{last.items.join(', ')}</Name>
            </span>
          </>
        )}
      </td>
      <td>
        {strangers.slice(0, 5).map(({ address, count }) => (
          <p key={address} className="num">
            <Name>{address}</Name> · {count}
          </p>
        ))}
      </td>
    </tr>
  )
}
