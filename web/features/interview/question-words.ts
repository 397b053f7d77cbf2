import { i18n } from '@lingui/core'
import type { Question } from '../../../src/api/schema/interview.ts'
import { itemKindWord } from '../../text/kind-words.ts'
import { consequenceWords } from './consequence-words.ts'

export interface QuestionWords {
  readonly text: string
  readonly help: string
  readonly consequence: string | null
}

/** A question as the node asks it; in other languages than the node's as the page does. */
export function questionWords(question: Question, name: string): QuestionWords {
  const { id, text, help, consequence } = question
  if (i18n.locale === 'en') return { text, help, consequence }
  const known = downtime(name)[id] ?? step(id) ?? loss(question, name)
  if (known === null) return { text, help, consequence }
  return { text: known[0], help: known[1], consequence: consequence === null ? null : consequenceWords(consequence) }
}

type Words = readonly [text: string, help: string]

function downtime(name: string): Readonly<Record<string, Words>> {
  return {
    mtd: [
      i18n.t('How long may {name} stand still before the damage is more than the plant can bear?', { name }),
      i18n.t(
        'Think of a whole night and of a weekend: product that spoils, customers that stop, a permit that is broken, people or rivers that are harmed. The answer is the maximum tolerable downtime (MTD). It must leave room for what people do in every recovery.',
      ),
    ],
    'afterLoss.fixed': [
      i18n.t('When data of {name} was lost, however little: what work follows in any case, and for how long?', {
        name,
      }),
      i18n.t('An inventory, a test run, a report to the authority. It counts in the recovery time.'),
    ],
  }
}

function step(id: string): Words | null {
  const all: Readonly<Record<string, Words>> = {
    'recovery.detect': [
      i18n.t('How long do people usually need to notice that it stands, and why?'),
      i18n.t('At night and on Sundays too: until somebody who can tell knows of it.'),
    ],
    'recovery.decide': [
      i18n.t('How long do people usually need to decide to restore it?'),
      i18n.t('Until the person who may decide was reached, and has.'),
    ],
    'recovery.isolate': [
      i18n.t('How long do people usually need to cut what is infected off from the rest?'),
      i18n.t('After an attack nothing is restored into a network that is still infected.'),
    ],
    'recovery.keys': [
      i18n.t('How long do people usually need to fetch keys and passwords out of the safe?'),
      i18n.t('Who has the key of the safe, and how far away is that person?'),
    ],
    'recovery.media': [
      i18n.t('How long do people usually need to fetch the media that are kept elsewhere?'),
      i18n.t('The disk in the bank is not there on a Sunday.'),
    ],
    'recovery.reconfigure': [
      i18n.t('How long do people usually need to set addresses, names and options that no copy holds?'),
      i18n.t('A new device has another address, name or licence.'),
    ],
    'recovery.reissue': [
      i18n.t('How long do people usually need to issue new certificates and keys?'),
      i18n.t('Keys that cannot leave their chip are made anew, and the peers must learn of them.'),
    ],
    'recovery.validate': [
      i18n.t('How long do people usually need to test it until production may start?'),
      i18n.t('The run with water, the safety check, the release by quality.'),
    ],
  }
  const found = all[id]
  return found === undefined ? null : [found[0], `${found[1]} ${i18n.t('Next to nothing is 1m.')}`]
}

function loss({ id, about }: Question, name: string): Words | null {
  const what = about === null || about.total === 0 ? i18n.t('the data of {name}', { name }) : namesOf(about)
  const mtdl = i18n.t('The answer is the maximum tolerable data loss (MTDL); the capture interval follows from it.')
  if (id === 'afterLoss.perLostHour') {
    return [
      i18n.t('If all that changed in the last hour in {what} were gone, what would you have to do, and for how long?', {
        what,
      }),
      i18n.t(
        'Recipes typed in again, values copied from the paper log, goods counted: the work for each lost hour. It counts in the recovery time, and shows below what an MTDL would cost.',
      ),
    ]
  }
  const helps: Readonly<Record<string, string>> = {
    'mtdl.configuration': i18n.t(
      'Only changes can be lost here: as long as nobody changes anything, an old copy is as good as a new one. Ask until when a change could still be repeated from paper or memory.',
    ),
    'mtdl.history': i18n.t(
      'Every moment counts here: what was not copied yet is gone for good, or has to be entered again.',
    ),
  }
  const help = helps[id]
  if (help === undefined) return null
  return [i18n.t('How old may the newest copy of {what} be at most?', { what }), `${help} ${mtdl}`]
}

function namesOf({ total, assets }: NonNullable<Question['about']>): string {
  const named = assets.map(
    ({ id, name, kinds }) => `${name ?? id} (${kinds.map(kind => itemKindWord(kind).toLowerCase()).join(', ')})`,
  )
  const more = total - named.length
  const rest =
    more > 0 ? [i18n.t('{count, plural, one {# further asset} other {# further assets}}', { count: more })] : []
  return new Intl.ListFormat(i18n.locale).format([...named, ...rest])
}
