import { i18n } from '@lingui/core'
import type { Flow } from '../../../src/api/schema/flow.ts'
import { remedyOf } from '../../text/told.ts'

/** The row of the flow rules that decides, in the reader's language where the page knows it. */
export function ruleWords({ rule }: Flow): string {
  if (i18n.locale === 'en') return rule
  const known = rules()
  // a one-way link is told after the rule
  return rule
    .split('; ')
    .map(part => known[part] ?? part)
    .join(' ; ')
}

/** What opens it, or the way round. The node says it in English with all names; other languages say what kind of act it takes. */
export function remedyWords({ remedy, judgement, purpose }: Flow): string | null {
  if (remedy === null) return null
  const forbidden = purpose === 'conduit' ? 'conduit-forbidden' : 'flow-forbidden'
  return remedyOf({ code: judgement === 'denied' ? forbidden : 'flow-without-conduit', remedy })
}

function rules(): Readonly<Record<string, string>> {
  return {
    'inside one zone: no conduit is crossed': i18n.t('inside one zone: no conduit is crossed'),
    'levels 4 and 5 never reach levels 0 to 3': i18n.t('levels 4 and 5 never reach levels 0 to 3'),
    'levels 0 to 3 and the Internet never reach each other': i18n.t(
      'levels 0 to 3 and the Internet never reach each other',
    ),
    'levels 4 and 5 reach level 3.5 for broker services only': i18n.t(
      'levels 4 and 5 reach level 3.5 for broker services only',
    ),
    'for backup, they read a replica there': i18n.t('for backup, they read a replica there'),
    'level 3.5 opens nothing to levels 0 to 3 for backup': i18n.t(
      'level 3.5 opens nothing to levels 0 to 3 for backup',
    ),
    'the backup zone reaches others by the listed protocol and port: this lists none': i18n.t(
      'the backup zone reaches others by the listed protocol and port: this lists none',
    ),
    'level 3.5 opens nothing to levels 4 and 5: the enterprise pulls': i18n.t(
      'level 3.5 opens nothing to levels 4 and 5: the enterprise pulls',
    ),
    'the backup zone pushes replicas to level 3.5': i18n.t('the backup zone pushes replicas to level 3.5'),
    'the backup zone reaches levels 1 and 2 by the listed protocol and port, reading by default': i18n.t(
      'the backup zone reaches levels 1 and 2 by the listed protocol and port, reading by default',
    ),
    'levels that are not neighbours do not reach each other': i18n.t(
      'levels that are not neighbours do not reach each other',
    ),
    'the backup zone is the listed exception': i18n.t('the backup zone is the listed exception'),
    'levels that are not neighbours do not reach each other, and the backup zone reaches no further than level 3.5':
      i18n.t(
        'levels that are not neighbours do not reach each other, and the backup zone reaches no further than level 3.5',
      ),
    'nothing below reaches the zone of the backup store, but for agents that are listed as an exception': i18n.t(
      'nothing below reaches the zone of the backup store, but for agents that are listed as an exception',
    ),
    'neighbouring levels reach each other where a conduit lists it': i18n.t(
      'neighbouring levels reach each other where a conduit lists it',
    ),
    'what no conduit lists is closed': i18n.t('what no conduit lists is closed'),
    'people in the plant use the node directly': i18n.t('people in the plant use the node directly'),
    'all others read on level 3.5 what was brought there': i18n.t(
      'all others read on level 3.5 what was brought there',
    ),
    'mail, messages and sign-in go through a relay or a replica on level 3.5': i18n.t(
      'mail, messages and sign-in go through a relay or a replica on level 3.5',
    ),
    'mail, messages and sign-in go through a relay or a replica on level 3.5, never to the office directly': i18n.t(
      'mail, messages and sign-in go through a relay or a replica on level 3.5, never to the office directly',
    ),
    'a restore that writes is closed, and opened for a time': i18n.t(
      'a restore that writes is closed, and opened for a time',
    ),
  }
}
