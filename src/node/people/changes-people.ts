import type { JournalLine } from '../../archive/journal-event.ts'
import type { PersonEvent } from './refusal-log.ts'

/** What is done again and again, and changes nothing that is shown of accounts. */
const passing: ReadonlySet<PersonEvent['action']> = new Set([
  ...(['signed-in', 'sign-in-refused', 'signed-out', 'sessions-ended', 'proven'] as const),
])

/** Whether a line, whichever process wrote it, says that accounts, tokens or directories are others now. */
export function changesPeople({ event }: Pick<JournalLine, 'event'>): boolean {
  return event.type === 'person' && !passing.has(event.action)
}
