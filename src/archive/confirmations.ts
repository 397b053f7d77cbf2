import type { JournalEvent } from './journal-event.ts'

type Confirmed = Extract<JournalEvent, { type: 'confirmed' }>

/** One item's confirmation. `at`: when its reading began; ISO 8601, UTC. */
export function confirmedEvent(item: string, at: string, version: string, milliseconds: number): Confirmed {
  return { type: 'confirmed', at, items: { [item]: [version, 0, milliseconds] } }
}

/** The same events, all confirmations as one at the end. An item is confirmed once at most in them. */
export function withConfirmationsTogether(events: readonly JournalEvent[]): readonly JournalEvent[] {
  const confirmed = events.filter(event => event.type === 'confirmed')
  if (confirmed.length < 2) return events
  const first = Math.min(...confirmed.map(({ at }) => Date.parse(at)))
  const items: Confirmed['items'] = {}
  for (const { at, items: own } of confirmed) {
    for (const [item, [version, later, milliseconds]] of Object.entries(own)) {
      items[item] = [version, Date.parse(at) - first + later, milliseconds]
    }
  }
  const together: Confirmed = { type: 'confirmed', at: new Date(first).toISOString(), items }
  return [...events.filter(event => event.type !== 'confirmed'), together]
}
