import type { JournalEvent, JournalLine } from '../../../archive/journal-event.ts'
import { actorParts } from '../../views/actor-parts.ts'
import { journalSentence } from '../../views/journal-sentence.ts'
import type { Fact, Severity } from '../notice.ts'
import type { SyslogEvent } from './syslog-event.ts'

/** A line of the journal as syslog carries it: who, what, when, the result, and the number of the line. */
export function syslogEventOf({ seq, time, actor, event, prev }: JournalLine): SyslogEvent {
  const result = resultOf(event)
  const subject = subjectOf(event)
  // the line is the node's, the deed somebody's
  const named = 'by' in event && event.by !== '' ? event.by : null
  const who = actorParts(actor)
  const from: readonly (readonly [string, Fact])[] = who.from === null || 'from' in event ? [] : [['from', who.from]]
  return {
    ...{ seq, time, actor: named ?? who.name, subject, result, type: event.type, id: `journal-${seq}` },
    severity: severityOf(event, result),
    text: named === null ? `${who.name}: ${journalSentence(event)}` : journalSentence(event),
    details: [...from, ...detailsOf(event), ['prev', prev]],
  }
}

/** `success` or what went wrong; null where the event has no outcome of its own. */
function resultOf(event: JournalEvent): string | null {
  switch (event.type) {
    case 'captured':
    case 'confirmed':
    case 'downloaded':
      return 'success'
    case 'failed':
      return event.code
    case 'restored':
      return event.result === 'done' ? 'success' : event.result
    case 'drilled':
      return event.passed ? 'success' : 'failed'
    case 'verified':
      return event.errors === 0 ? 'success' : `${event.errors} errors`
    case 'person':
      return personResults[event.action] ?? null
    default:
      return null
  }
}

type PersonAction = Extract<JournalEvent, { type: 'person' }>['action']

/** What a collector counts: who came in, and who did not. */
const personResults: Partial<Record<PersonAction, string>> = {
  'signed-in': 'success',
  'sign-in-refused': 'refused',
  'locked-out': 'locked out',
}

/** What the event is about, by whichever name it has there. */
function subjectOf(event: JournalEvent): string | null {
  const fields = Object.entries(event)
  for (const name of ['item', 'asset', 'place', 'subject', 'name']) {
    const value = fields.find(([field]) => field === name)?.[1]
    if (typeof value === 'string') return value
  }
  return null
}

function severityOf({ type }: JournalEvent, result: string | null): Severity {
  if (result !== null && result !== 'success') return type === 'verified' ? 'critical' : 'warning'
  return type === 'captured' || type === 'confirmed' || type === 'connected' ? 'info' : 'notice'
}

/** Every field of the event; of lists and mappings how many they hold, since a message of syslog is small. */
function detailsOf(event: JournalEvent): (readonly [string, Fact])[] {
  return Object.entries(event)
    .filter(([name]) => name !== 'type')
    .map(([name, value]: [string, unknown]): [string, Fact] => {
      if (value === null || typeof value === 'number' || typeof value === 'boolean') return [name, value]
      if (typeof value === 'object') return [name, Object.keys(value).length]
      return [name, String(value)]
    })
}
