import { queryOptions } from '@tanstack/react-query'
import type { Overview } from '../../../src/api/schema/overview.ts'
import { request } from '../../requests/request.ts'

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => request<Overview>('/api/overview', { signal }),
  refetchInterval: 60_000,
})
