import { i18n } from '@lingui/core'
import { iconErrorFilled, iconSuccess } from '@siemens/ix-icons/icons'
import type { Item } from '../../../src/api/schema/item.ts'
import { Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { PlainTable } from '../../components/plain-table.tsx'
import { Time } from '../../components/time.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import { VersionName } from './version-name.tsx'

/** Where copies of the newest version lie, and what its class asks for. */
export function CopiesPart({ item }: { item: Item }) {
  return (
    <div className="grid-2">
      <section className="card" aria-labelledby="places">
        <div className="card-head">
          <h2 id="places">{i18n.t('By place')}</h2>
        </div>
        <PlainTable rows={item.places} columns={placeColumns()} keyOf={({ place }) => place} />
      </section>
      <section className="card" aria-labelledby="rule">
        <div className="card-head">
          <h2 id="rule">{i18n.t('What its class asks for')}</h2>
          <code>{item.copyRule}</code>
        </div>
        <div className="table-frame">
          <table className="grid">
            <tbody>
              {item.copyTerms.map(({ term, has, needs, met }) => (
                <tr key={term}>
                  <td>{termWord(term)}</td>
                  <td className="num">
                    {has} / {needs}
                  </td>
                  <td className="end">
                    <Pill tone={met ? 'ok' : 'bad'} icon={met ? iconSuccess : iconErrorFilled}>
                      {met ? i18n.t('met') : i18n.t('missing')}
                    </Pill>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  )
}

function termWord(term: string): string {
  const words: Readonly<Record<string, string>> = {
    copies: i18n.t('Copies, the device counted'),
    media: i18n.t('Kinds of media'),
    offsite: i18n.t('Off site'),
    'offline-or-locked': i18n.t('Offline, or locked against deletion'),
    errors: i18n.t('Errors at the newest verification'),
  }
  return words[term] ?? term
}

function placeColumns(): readonly Column<Item['places'][number]>[] {
  return [
    { id: 'place', label: i18n.t('Place'), className: 'main-cell', cell: ({ place }) => <Name>{place}</Name> },
    {
      id: 'newest',
      label: i18n.t('Newest copy'),
      cell: ({ newest }) => (newest === null ? i18n.t('none') : <VersionName id={newest} />),
    },
    {
      id: 'verified',
      label: i18n.t('Last read back'),
      cell: ({ verified }) => (verified === null ? i18n.t('never') : <Time at={verified.time} />),
    },
  ]
}
