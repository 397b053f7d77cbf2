import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Findings } from '../../../src/api/schema/finding.ts'
import { request } from '../../requests/request.ts'

/** What a list of findings is cut down to, in the words of the API; null: by nothing. */
export interface FindingWords extends Readonly<Record<string, string | null>> {
  /** Whom they concern; null: the site. */
  readonly of: string | null
  readonly code: string | null
  readonly severity: string | null
  readonly acknowledged: string | null
}

/** How many there are of each code, with the first of them. */
export function findingGroupsQuery(words: FindingWords) {
  const asked = new URLSearchParams({ limit: '1' })
  for (const [name, value] of Object.entries(words)) if (value !== null && value !== '') asked.set(name, value)
  return queryOptions({
    queryKey: ['findings', 'groups', asked.toString()],
    queryFn: ({ signal }) => request<Findings>(`/api/findings?${asked}`, { signal }),
    placeholderData: keepPreviousData,
  })
}
