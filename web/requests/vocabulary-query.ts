import { queryOptions } from '@tanstack/react-query'
import type { Vocabulary } from '../../src/api/schema/site.ts'
import { request } from './request.ts'

export const vocabularyQuery = queryOptions({
  queryKey: ['vocabulary'],
  queryFn: ({ signal }) => request<Vocabulary>('/api/vocabulary', { signal }),
  staleTime: 5 * 60_000,
})
