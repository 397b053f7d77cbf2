import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const guards = new Set<() => boolean>()
let known = location.href

function tell(): void {
  for (const listener of listeners) listener()
}

/** Asks before a page with unsaved work is left, true lets it go; where the window is closed the browser asks. */
export function guardLeaving(mayLeave: () => boolean): () => void {
  guards.add(mayLeave)
  return () => guards.delete(mayLeave)
}

export const mayLeave = () => [...guards].every(guard => guard())

addEventListener('beforeunload', event => {
  if (guards.size > 0) event.preventDefault()
})

/** Loads another address, and nothing of these pages stays; whether they may be left was asked before. */
export function leaveFor(address: string): void {
  guards.clear()
  location.assign(address)
}

export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  const target = new URL(to, location.href)
  if (target.href === location.href) return
  const samePage = target.pathname === location.pathname
  if (!samePage && !mayLeave()) return
  if (how === 'push') history.pushState(null, '', target)
  else history.replaceState(null, '', target)
  known = location.href
  if (!samePage) scrollTo(0, 0)
  tell()
}

/** Changes words of the query; null and the empty text remove one. */
export function setQuery(changes: Readonly<Record<string, string | null>>, how: 'push' | 'replace' = 'replace'): void {
  const target = new URL(location.href)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') target.searchParams.delete(name)
    else target.searchParams.set(name, value)
  }
  navigate(`${target.pathname}${target.search}`, how)
}

addEventListener('popstate', () => {
  if (new URL(known).pathname !== location.pathname && !mayLeave()) {
    history.pushState(null, '', known)
    return
  }
  known = location.href
  tell()
})

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useLocation(): URL {
  const href = useSyncExternalStore(subscribe, () => location.href)
  return new URL(href)
}

export function useQueryWord(name: string): string | null {
  return useSyncExternalStore(subscribe, () => new URLSearchParams(location.search).get(name))
}
