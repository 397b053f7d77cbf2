import { useState } from 'react'
import { useSession } from '../../session/use-session.ts'

const most = 100

/** Runs whose end a person has taken note of, in this browser's session. */
export function useDismissedRuns(): { dismissed: ReadonlySet<string>; dismiss: (run: string) => void } {
  const key = `blackstart.dismissed-runs.${useSession()?.person?.name ?? ''}`
  const [runs, setRuns] = useState<readonly string[]>(() => (sessionStorage.getItem(key) ?? '').split(' '))
  function dismiss(run: string): void {
    const next = [...runs, run].slice(-most)
    sessionStorage.setItem(key, next.join(' '))
    setRuns(next)
  }
  return { dismissed: new Set(runs), dismiss }
}
