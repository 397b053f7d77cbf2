import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { request } from './request.ts'

interface PageOfRows<Row> {
  readonly rows: readonly Row[]
  readonly next: string | null
}

/** A list that the node hands out page by page. `words` are its query; null and empty ones are left out. */
export function useRows<Row, Page extends PageOfRows<Row>>(
  key: QueryKey,
  path: string,
  words: Readonly<Record<string, string | null>> = {},
) {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(words)) if (value !== null && value !== '') asked.set(name, value)
  const query = useInfiniteQuery({
    queryKey: [...key, asked.toString()],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const page = new URLSearchParams(asked)
      if (pageParam !== null) page.set('cursor', pageParam)
      return request<Page>(`${path}?${page}`, { signal })
    },
    getNextPageParam: page => page.next,
    placeholderData: before => before,
  })
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const rows = useMemo(() => data?.pages.flatMap(page => page.rows) ?? [], [data])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return { query, rows, first: data?.pages[0], more }
}
