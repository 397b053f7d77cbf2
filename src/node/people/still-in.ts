import type { Person } from './account.ts'
import { directoryStamp } from './directory/directory.ts'
import type { Grant } from './may.ts'
import type { People } from './people.ts'
import { isOver } from './service-tokens.ts'

/**
 * Whether somebody who was let in may go on as who they were: the session or the token is still good, with the same grants.
 * Asked for somebody who listens; it is no use of the session. `token`: of the session; null for a service token.
 */
export async function isStillIn(people: People, { id, kind, grants }: Person, token: string | null): Promise<boolean> {
  if (kind === 'local') return true
  const held = await people.accounts.read()
  const own = kind === 'token' ? held.tokens.find(one => one.id === id) : null
  if (own !== null) return own !== undefined && !isOver(own, people.now().getTime()) && isSame(own.grants, grants)
  const session = token === null ? null : people.sessions.look(token)
  if (session === null || session.account !== id) return false
  if (session.directory !== null) return session.stamp === directoryStamp(held.directory)
  const account = held.accounts.find(one => one.id === id)
  return account !== undefined && account.stamp === session.stamp && isSame(account.grants, grants)
}

function isSame(a: readonly Grant[], b: readonly Grant[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
