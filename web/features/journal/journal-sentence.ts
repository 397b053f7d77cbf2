import { i18n } from '@lingui/core'
import type { JournalRow } from '../../../src/api/schema/journal.ts'
import { told } from '../../text/told.ts'
import { findingTitle } from '../../text/words.ts'
import { administeredWord, personWord, requestWord } from './journal-words.ts'
import { personDetail } from './person-detail.ts'

type Said = (word: (field: string) => string, event: JournalRow['event']) => string | null

const isSaid = (word: string) => word !== ''

/** With what a person gave as the reason, in their own words. */
const because = (sentence: string, reason: string) => (isSaid(reason) ? `${sentence} ${reason}` : sentence)

const sentences: Readonly<Record<string, Said>> = {
  captured: (word, { outcome }) => {
    const version = { item: word('item'), version: word('version') }
    if (outcome === 'equivalent') return i18n.t('{item}: captured {version}, equivalent to the one before.', version)
    return i18n.t('{item}: captured {version}.', version)
  },
  confirmed: (word, { items }) =>
    isSaid(word('item'))
      ? i18n.t('{item}: read, and identical.', { item: word('item') })
      : i18n.t('{count, plural, one {# item} other {# items}}: read, and identical.', { count: Number(items) }),
  failed: word => told(word('message')),
  approved: word => because(i18n.t('{version} approved.', { version: versionOf(word) }), word('note')),
  held: word => because(i18n.t('{version} held:', { version: versionOf(word) }), word('reason')),
  released: word => because(i18n.t('{version} released:', { version: versionOf(word) }), word('reason')),
  restored: (word, { to, withoutSafety }) => {
    const what = { version: versionOf(word), target: word('target'), result: resultWord(word('result')) }
    if (to !== 'device') return i18n.t('{version} restored to {target}: {result}.', what)
    const said = [i18n.t('{version} restored to the device {target}: {result}.', what)]
    if (isSaid(word('reason'))) said.push(i18n.t('Reason: {reason}.', { reason: word('reason') }))
    if (withoutSafety === true) said.push(i18n.t('It was accepted that what the device held before may be lost.'))
    return said.join(' ')
  },
  downloaded: (word, { path }) => {
    const version = versionOf(word)
    if (path === null) return i18n.t('{version}: everything downloaded.', { version })
    return i18n.t('{version}: {path} downloaded.', { version, path: String(path) })
  },
  drilled: (word, { passed }) =>
    passed === true
      ? i18n.t('{version}: the rehearsal passed.', { version: versionOf(word) })
      : i18n.t('{version}: the rehearsal failed.', { version: versionOf(word) }),
  verified: (word, { readData, errors }) => {
    const found = i18n.t('{count, plural, =0 {no errors} one {# error} other {# errors}}', { count: Number(errors) })
    const values = { place: word('place'), found }
    if (readData === true) return i18n.t('{place} verified, every byte read: {found}.', values)
    return i18n.t('{place} verified: {found}.', values)
  },
  acknowledged: word => {
    const { title, subject } = about(word)
    const values = { title, subject, until: word('until') }
    return because(i18n.t('“{title}” of {subject} acknowledged until {until}:', values), word('reason'))
  },
  'acknowledgement-ended': word =>
    because(i18n.t('“{title}” of {subject} is acknowledged no more:', about(word)), word('reason')),
  trusted: word =>
    i18n.t('{asset}: {device} identified itself for the first time.', { asset: word('asset'), device: word('device') }),
  forgotten: word =>
    because(i18n.t('{asset}: the next key or certificate is trusted:', { asset: word('asset') }), word('reason')),
  connected: (_, { connections }) => {
    const count = Array.isArray(connections) ? connections.length : 0
    return i18n.t(
      '{count, plural, one {# connection was} other {# connections were}} opened that had not been recorded within a day.',
      { count },
    )
  },
  secret: word =>
    word('action') === 'set'
      ? i18n.t('The secret {name} was set.', { name: word('name') })
      : i18n.t('The secret {name} was removed.', { name: word('name') }),
  'site-changed': () => i18n.t('site.yaml was changed through the node.'),
  interrupted: (word, { does }) =>
    does === 'write'
      ? i18n.t('{item}: the node was stopped while it wrote to the device. Nobody knows what the device holds.', {
          item: word('item'),
        })
      : i18n.t('{item}: the node was stopped while it read this; nothing of it was kept.', { item: word('item') }),
  stopped: (word, { does, at }) => {
    const item = word('item')
    if (does === 'write')
      return i18n.t('{item}: writing {version} back was stopped; nothing was written.', {
        item,
        version: word('version'),
      })
    if (at === null) return i18n.t('{item}: a capture that waited was stopped.', { item })
    return i18n.t('{item}: the capture was stopped; nothing of it was kept.', { item })
  },
  'cut-short': (_, { what }) =>
    what === 'drill'
      ? i18n.t('A rehearsal was stopped; what it had rehearsed before stays.')
      : i18n.t('A verification was stopped; places that it had read before stay verified.'),
  administered: word => because(administeredWord(word('action')), word('detail')),
  person: (word, { times = 1 }) => {
    const name = isSaid(word('name')) ? word('name') : i18n.t('Somebody')
    const said = [i18n.t('{name}: {what}', { name, what: personWord(word('action')) })]
    if (Number(times) > 1) said.push(i18n.t('{count} times', { count: Number(times) }))
    if (isSaid(word('detail'))) said.push(personDetail(word('detail')))
    return `${said.join(', ')}.`
  },
  request: (word, { withoutSafety }) => {
    const said = because(requestWord(word('action'), { name: word('by'), version: versionOf(word) }), word('reason'))
    return withoutSafety === true ? `${said} (${i18n.t('even if what the device held before is lost')})` : said
  },
}

function about(word: (field: string) => string) {
  return { title: findingTitle(word('code')), subject: word('subject') }
}

function versionOf(word: (field: string) => string): string {
  return `${word('item')}@${word('version')}`
}

function resultWord(result: string): string {
  const words: Readonly<Record<string, string>> = {
    done: i18n.t('done'),
    failed: i18n.t('failed'),
    mismatch: i18n.t('what was read back differs'),
  }
  return words[result] ?? result
}

/** What a line of the journal says, from what it holds, in the reader's language; in the node's words where it is of a kind that the page does not know. */
export function journalSentence({ what, event, sentence }: Pick<JournalRow, 'what' | 'event' | 'sentence'>): string {
  const word = (field: string) => {
    const value = event[field]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  return (Object.hasOwn(sentences, what) ? sentences[what]?.(word, event) : null) ?? sentence
}
