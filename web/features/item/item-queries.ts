import { queryOptions } from '@tanstack/react-query'
import type { Item } from '../../../src/api/schema/item.ts'
import type { Approvals, Restores, Runs } from '../../../src/api/schema/run.ts'
import type { Diff, FileText, Versions } from '../../../src/api/schema/version.ts'
import { request } from '../../requests/request.ts'

/** Where the API keeps an item, or what lies under it. */
export function itemAddress(item: string, below = ''): string {
  return `/api/items/${item.split('/').map(encodeURIComponent).join('/')}${below}`
}

export function versionAddress(item: string, version: string, below = ''): string {
  return itemAddress(item, `/versions/${encodeURIComponent(version)}${below}`)
}

export function itemQuery(item: string) {
  return queryOptions({
    queryKey: ['item', item],
    queryFn: ({ signal }) => request<Item>(itemAddress(item), { signal }),
  })
}

/** Enough of them to choose from. */
export function newestVersionsQuery(item: string) {
  return queryOptions({
    queryKey: ['item', item, 'newest'],
    queryFn: ({ signal }) => request<Versions>(itemAddress(item, '/versions?limit=100'), { signal }),
  })
}

export function diffQuery(item: string, from: string, to: string, path: string | null, context: number) {
  const words = new URLSearchParams({ from, to, context: String(context) })
  if (path !== null) words.set('path', path)
  return queryOptions({
    queryKey: ['item', item, 'diff', words.toString()],
    queryFn: ({ signal }) => request<Diff>(itemAddress(item, `/diff?${words}`), { signal }),
  })
}

export function textQuery(item: string, version: string, path: string) {
  const words = new URLSearchParams({ path })
  return queryOptions({
    queryKey: ['item', item, 'text', version, path],
    queryFn: ({ signal }) => request<FileText>(versionAddress(item, version, `/text?${words}`), { signal }),
  })
}

export const runsQuery = queryOptions({
  queryKey: ['runs'],
  queryFn: ({ signal }) => request<Runs>('/api/runs', { signal }),
})

export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: ({ signal }) => request<Approvals>('/api/approvals', { signal }),
})

export const writtenQuery = queryOptions({
  queryKey: ['written'],
  queryFn: ({ signal }) => request<Restores>('/api/restores', { signal }),
})
