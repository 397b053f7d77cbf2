import { queryOptions } from '@tanstack/react-query'
import type { Interview, InterviewAnswered } from '../../../src/api/schema/interview.ts'
import { request } from '../../requests/request.ts'

export type Answers = Readonly<Record<string, string>>

const addressOf = (process: string) => `/api/processes/${encodeURIComponent(process)}/interview`

export const interviewQuery = (process: string) =>
  queryOptions({
    queryKey: ['site', 'interview', process],
    queryFn: ({ signal }) => request<Interview>(addressOf(process), { signal }),
  })

export function answerInterview(
  process: string,
  body: { readonly answers: Answers; readonly propose: boolean },
  signal?: AbortSignal,
): Promise<InterviewAnswered> {
  return request<InterviewAnswered>(addressOf(process), { method: 'POST', body, signal })
}
