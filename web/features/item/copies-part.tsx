import { i18n } from '@lingui/core'
import { iconErrorFilled, iconSuccess } from '@siemens/ix-icons/icons'
import type { Item } from '../../../src/api/schema/item.ts'
import { Name } from '../../components/name.tsx'
import { Pill } from '../../components/pill.tsx'
import { Time } from '../../components/time.tsx'
import { VersionName } from './version-name.tsx'

/** Where copies of the newest version lie, and what its class asks for. */
export function CopiesPart({ item }: { item: Item }) {
  return (
    <div className="grid-2">
      <section className="card" aria-labelledby="places">
        <div className="card-head">
          <h2 id="places">{i18n.t('By place')}</h2>
        </div>
        <div className="table-frame">
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">{i18n.t('Place')}</th>
                <th scope="col">{i18n.t('Newest copy')}</th>
                <th scope="col">{i18n.t('Verified')}</th>
              </tr>
            </thead>
            <tbody>
              {item.places.map(({ place, newest, verified }) => (
                <tr key={place}>
                  <td className="main-cell">
                    <Name>{place}</Name>
                  </td>
                  <td>{newest === null ? i18n.t('none') : <VersionName id={newest} />}</td>
                  <td>{verified === null ? i18n.t('never') : <Time at={verified.time} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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
