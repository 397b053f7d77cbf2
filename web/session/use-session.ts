import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import type { Session } from '../../src/api/schema/session.ts'
import { request, sendCsrf } from '../requests/request.ts'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ client, signal }) => {
    const session = await request<Session>('/api/session', { signal })
    sendCsrf(session.csrf)
    const before = client.getQueryData<Session>(['session'])?.person?.name
    if (before !== undefined && before !== session.person?.name) forget(client)
    return session
  },
  staleTime: 60_000,
  // somebody may have signed in or out in another window
  refetchOnWindowFocus: 'always',
})

/** Nothing of what one person saw stays for the next, who may have signed in in another window. */
function forget(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey: [key] }) => key !== 'session' })
}

export function useSession(): Session | undefined {
  return useQuery(sessionQuery).data
}

export function useTimezone(): string {
  return useSession()?.timezone ?? 'UTC'
}

/** What the node may be asked to do; each is granted zone by zone, or in the whole site. */
export type Action =
  | 'read'
  | 'capture'
  | 'acknowledge'
  | 'drill'
  | 'verify'
  | 'approve'
  | 'hold'
  | 'write-to-device'
  | 'read-secrets-raw'
  | 'read-journal'
  | 'edit-site'
  | 'set-secrets'
  | 'manage-people'

/** Whether the page offers it to the session's person; `zone` null: in the whole site. The node decides again by itself. */
export function useMay(action: Action, zone: string | null = null): boolean {
  const person = useSession()?.person
  if (person == null) return false
  if (person.may.everywhere.includes(action)) return true
  if (zone === null || !person.may.somewhere.includes(action)) return false
  return person.grants.some(({ zones }) => zones === 'all' || zones.includes(zone))
}

/** Of what stands in zones that the page does not know: the page that it leads to offers what may be done there. */
export function useMaySomewhere(action: Action): boolean {
  return useSession()?.person?.may.somewhere.includes(action) ?? false
}
