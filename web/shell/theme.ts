import { useSyncExternalStore } from 'react'

export type Theme = 'dark' | 'light'
const key = 'blackstart.theme'
const root = document.documentElement
const listeners = new Set<() => void>()
const light = matchMedia('(prefers-color-scheme: light)')

export function currentTheme(): Theme {
  return root.dataset.ixColorSchema === 'light' ? 'light' : 'dark'
}

function show(theme: Theme): void {
  root.dataset.ixColorSchema = theme
  for (const listener of listeners) listener()
}

/** What was chosen on this machine, else what the system asks for. */
export function followTheme(): void {
  const chosen = localStorage.getItem(key)
  show(chosen === 'dark' || chosen === 'light' ? chosen : light.matches ? 'light' : 'dark')
  light.addEventListener('change', () => {
    if (localStorage.getItem(key) === null) show(light.matches ? 'light' : 'dark')
  })
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme)
  show(theme)
}

export function useTheme(): Theme {
  return useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentTheme)
}
