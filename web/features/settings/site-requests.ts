import { queryOptions } from '@tanstack/react-query'
import type { Problem, SiteChecked, SiteText, SiteVersion } from '../../../src/api/schema/site.ts'
import { request } from '../../requests/request.ts'

export const siteQuery = queryOptions({
  queryKey: ['site'],
  queryFn: ({ signal }) => request<SiteText>('/api/site', { signal }),
})

/** What the disk holds. */
export interface DiskText {
  readonly text: string
  readonly etag: string
  readonly problems: readonly Problem[]
}

/** It is what is in force, unless it has errors. */
export function onDisk({ text, etag, problems, refused }: SiteText): DiskText {
  return refused ?? { text, etag, problems }
}

/** The file with errors that a text takes the place of, where that text is what is in force anyway; null elsewhere. */
export function replacedText(site: SiteText, text: string): string | null {
  return site.refused !== null && site.text === text ? site.refused.text : null
}

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
