import type { JournalEvent } from '../../archive/journal-event.ts'

/** What a line of the journal says, for a person. */
export function journalSentence(event: JournalEvent): string {
  const what: string = event.type
  switch (event.type) {
    case 'captured':
      return `${event.item}: captured ${event.version}${event.outcome === 'equivalent' ? ', equivalent to the one before' : ''}.`
    case 'confirmed': {
      const items = Object.keys(event.items)
      return items.length === 1 ? `${items[0]}: read, and identical.` : `${items.length} items: read, and identical.`
    }
    case 'failed':
      return event.message
    case 'approved':
      return `${event.item}@${event.version} approved${event.note === null ? '' : `: ${event.note}`}.`
    case 'held':
      return `${event.item}@${event.version} held: ${event.reason}.`
    case 'released':
      return `${event.item}@${event.version} released: ${event.reason}.`
    case 'trusted':
      return `${event.asset}: ${event.device} identified itself for the first time.`
    case 'forgotten':
      return `${event.asset}: the next key or certificate is trusted: ${event.reason}.`
    case 'drilled':
      return `${event.item}@${event.version}: the drill ${event.passed ? 'passed' : 'failed'}.`
    case 'verified':
      return `${event.place} verified${event.readData ? ', every byte read' : ''}: ${event.errors} errors.`
    case 'acknowledged':
      return `${event.code} of ${event.subject} acknowledged until ${event.until}: ${event.reason}.`
    case 'acknowledgement-ended':
      return `${event.code} of ${event.subject} is acknowledged no more: ${event.reason}.`
    case 'connected':
      return `${event.connections.length} connections were opened that were not recorded within a day.`
    case 'restored':
      return `${event.item}@${event.version} restored to ${event.to === 'device' ? `the device ${event.target}` : event.target}: ${event.result}.`
    case 'downloaded': {
      const what = event.path === null ? 'everything' : event.path
      return `${event.item}@${event.version}: ${what} downloaded${event.as === 'zip' ? ' as zip' : ''}.`
    }
    case 'secret':
      return `Secret ${event.name} ${event.action}.`
    case 'administered':
      return `${event.action}: ${event.detail}.`
    case 'person':
      return `${event.name === '' ? 'Somebody' : event.name}: ${event.action}${event.detail === '' ? '' : `, ${event.detail}`}.`
    case 'request':
      return `${event.by} ${event.action} ${event.kind} of ${event.item}@${event.version}${event.reason === '' ? '' : `: ${event.reason}`}.`
    default:
      return `${what}.`
  }
}
