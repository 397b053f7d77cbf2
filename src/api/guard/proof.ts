import { provenWithin } from '../../node/people/own-account.ts'
import type { People } from '../../node/people/people.ts'
import { recentlyProven } from '../../node/people/sessions.ts'
import { refusal } from '../refusal.ts'
import type { Visitor } from './visitor.ts'

/** A device is not written to by a page that somebody left open. Throws `proof-needed`; `forbidden` for a token. */
export function checkProof(people: People, visitor: Visitor | null): void {
  if (visitor?.person.kind === 'local') return
  if (visitor === null || visitor.session === null) {
    throw refusal('forbidden', 'This is done by a person, not by a token.')
  }
  if (recentlyProven(visitor.session.signedIn.session, provenWithin, people.now())) return
  throw refusal('proof-needed', 'Show first who you are: type your password, or use your passkey.')
}
