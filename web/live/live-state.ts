import { useSyncExternalStore } from 'react'

/** Whether what is shown is what is. */
export type LiveState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** `since`: when the last word of the node came. */
  | { readonly state: 'cut-off'; readonly since: Date }

let current: LiveState = { state: 'connecting' }
const listeners = new Set<() => void>()

export function setLiveState(next: LiveState): void {
  current = next
  for (const listener of listeners) listener()
}

export const liveState = (): LiveState => current

let doubt: (() => void) | null = null

/** Who looks whether the node still answers; null: nobody. */
export function onSuspect(look: (() => void) | null): void {
  doubt = look
}

/** Something else than the stream of events has not reached the node. */
export function suspectLink(): void {
  doubt?.()
}

/** Since when the node has not been heard; null while it is. */
export function useCutOff(): Date | null {
  const live = useLiveState()
  return live.state === 'cut-off' ? live.since : null
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, liveState)
}
