import { useEffect, useState } from 'react'
import type { Problem, SiteText } from '../../../src/api/schema/site.ts'
import { errorText } from '../../components/answer.tsx'
import { toast } from '../../components/toasts.tsx'
import { RequestError } from '../../requests/request.ts'
import { checkSite } from './site-requests.ts'

/** Milliseconds after the last key before the node looks at the text. */
const pause = 350

export function useCheck(text: string, changed: boolean, base: SiteText) {
  const [answer, setAnswer] = useState<{ text: string; problems: readonly Problem[]; sound: boolean } | null>(null)
  useEffect(() => {
    if (!changed) return
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
  }, [text, changed])
  if (!changed) return { problems: base.problems, checking: false, sound: true }
  const known = answer?.text === text
  return { problems: answer?.problems ?? [], checking: !known, sound: known && answer.sound }
}
