import { useEffect, useState } from 'react'
import type { Problem, SiteText } from '../../../src/api/schema/site.ts'
import { errorText } from '../../components/answer.tsx'
import { toast } from '../../components/toasts.tsx'
import { useLiveState } from '../../live/live-state.ts'
import { RequestError } from '../../requests/request.ts'
import { checkSite } from './site-requests.ts'

/** Milliseconds after the last key before the node looks at the text. */
const pause = 350

export function useCheck(text: string, changed: boolean, base: SiteText) {
  // what could not be checked is checked once the node is there again
  const { state } = useLiveState()
  const [answer, setAnswer] = useState<{ text: string; problems: readonly Problem[]; sound: boolean } | null>(null)
  useEffect(() => {
    if (!changed || state === 'cut-off') return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      checkSite(text, stop.signal).then(
        checked => setAnswer({ text, problems: checked.problems, sound: checked.sound }),
        (error: unknown) => {
          if (!stop.signal.aborted && !(error instanceof RequestError && error.code === 'cut-off'))
            toast(errorText(error), 'bad')
        },
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text, changed, state])
  if (!changed) return { problems: base.problems, checking: 'done', sound: true } as const
  const known = answer?.text === text
  const checking = known ? 'done' : state === 'cut-off' ? 'cut-off' : 'going'
  return { problems: answer?.problems ?? [], checking, sound: known && answer.sound } as const
}
