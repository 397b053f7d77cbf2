import { useEffect, useState } from 'react'
import type { Problem } from '../../../src/api/schema/site.ts'
import { errorText } from '../../components/answer.tsx'
import { toast } from '../../components/toasts.tsx'
import { useLiveState } from '../../live/live-state.ts'
import { meetSignIn } from '../../requests/query-client.ts'
import { RequestError } from '../../requests/request.ts'
import { checkSite } from './site-requests.ts'

/** Milliseconds after the last key before the node looks at the text. */
const pause = 350

/** What is wrong with a text; `known`: with what it was before it was changed. */
export function useCheck(text: string, changed: boolean, known: readonly Problem[]) {
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
          if (stop.signal.aborted || (error instanceof RequestError && error.code === 'cut-off')) return
          if (!meetSignIn(error)) toast(errorText(error), 'bad')
        },
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text, changed, state])
  if (!changed) return { problems: known, checking: 'done', sound: true } as const
  const isChecked = answer?.text === text
  const checking = isChecked ? 'done' : state === 'cut-off' ? 'cut-off' : 'going'
  return { problems: answer?.problems ?? known, checking, sound: isChecked && answer.sound } as const
}
