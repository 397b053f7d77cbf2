import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Answers, answerInterview } from './interview-requests.ts'

/** Milliseconds after the last key before the node looks at the answers. */
const pause = 350

/** What the node says to the answers, once the typing pauses; undefined before it has said anything. */
export function useAnswered(process: string, answers: Answers, enabled: boolean) {
  const [settled, setSettled] = useState(answers)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(answers), pause)
    return () => clearTimeout(timer)
  }, [answers])
  const query = useQuery({
    queryKey: ['site', 'answered', process, settled],
    queryFn: ({ signal }) => answerInterview(process, { answers: settled, propose: false }, signal),
    enabled: enabled && Object.keys(settled).length > 0,
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  return Object.keys(answers).length === 0 ? undefined : query.data
}
