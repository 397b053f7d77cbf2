import { useSyncExternalStore } from 'react'

let current = Date.now()
let offset = 0
let timer: ReturnType<typeof setInterval> | null = null
const listeners = new Set<() => void>()

/** The node's clock rules, as its answers tell it to the second: this machine's may be wrong. */
export function followNodeClock(date: string | null): void {
  const ahead = date === null ? Number.NaN : Date.parse(date) - Date.now()
  if (Math.abs(ahead - offset) > 1_500) offset = ahead
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    current = Date.now()
    for (const one of listeners) one()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

/** The node's time, by the second. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => current) + offset)
}
