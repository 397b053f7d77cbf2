import { i18n } from '@lingui/core'
import { useEffect, useState } from 'react'
import { Dialog } from '../components/dialog.tsx'
import { navigate } from '../routing/location.ts'
import { places } from './rail.tsx'

/** Milliseconds in which the second key of a shortcut must follow. */
const patience = 1_200

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))

/** Keys that work on every page; `?` lists them. */
export function Shortcuts() {
  const [listed, setListed] = useState(false)
  useEffect(() => {
    let went = 0
    function press(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      if (document.querySelector('dialog[open]') !== null) return
      if (event.key === '?') setListed(true)
      else if (event.key === '/') focusSearch(event)
      else if (event.key === 'g') went = event.timeStamp
      else if (event.timeStamp - went < patience) {
        went = 0
        const place = places().find(({ key }) => key === event.key)
        if (place !== undefined) navigate(place.href)
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  if (!listed) return null
  return (
    <Dialog title={i18n.t('Keyboard')} onClose={() => setListed(false)}>
      <table className="grid">
        <tbody>
          {rows().map(({ keys, does }) => (
            <tr key={does}>
              <td className="nowrap">
                {keys.map(key => (
                  <span key={key}>
                    <kbd>{key}</kbd>{' '}
                  </span>
                ))}
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>('main input[type="search"]')
  if (search === null) return
  event.preventDefault()
  search.focus()
  search.select()
}

function rows(): readonly { keys: readonly string[]; does: string }[] {
  return [
    { keys: ['?'], does: i18n.t('List the shortcuts') },
    { keys: ['/'], does: i18n.t('Search on this page') },
    ...places().map(({ key, label }) => ({ keys: ['g', key], does: i18n.t('Go to: {label}', { label }) })),
    { keys: ['n', 'p'], does: i18n.t('In a difference: the next, the previous change') },
    { keys: ['v'], does: i18n.t('In a difference: side by side, or one below the other') },
    { keys: ['↑', '↓'], does: i18n.t('Rows of a list: from a link in it') },
    { keys: ['←', '→', '+', '−', '0'], does: i18n.t('In the map: move, larger, smaller, the whole') },
    { keys: ['Esc'], does: i18n.t('Close what is open') },
  ]
}
