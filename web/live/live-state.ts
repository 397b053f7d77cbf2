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

export function useLiveState(): LiveState {
  return useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, liveState)
}
