import { queryOptions } from '@tanstack/react-query'
import type { SiteChecked, SiteText, SiteVersion } from '../../../src/api/schema/site.ts'
import { request } from '../../requests/request.ts'

export const siteQuery = queryOptions({
  queryKey: ['site'],
  queryFn: ({ signal }) => request<SiteText>('/api/site', { signal }),
})

export function checkSite(text: string, signal?: AbortSignal): Promise<SiteChecked> {
  return request<SiteChecked>('/api/site/check', { method: 'POST', body: { text }, signal })
}

export function saveSite(text: string, etag: string): Promise<SiteText> {
  return request<SiteText>('/api/site', { method: 'PUT', body: { text }, ifMatch: etag })
}

export const siteVersionQuery = (version: string) =>
  queryOptions({
    queryKey: ['site', 'version', version],
    queryFn: ({ signal }) => request<SiteVersion>(`/api/site/versions/${encodeURIComponent(version)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
