import { i18n } from '@lingui/core'
import { unbroken } from './no-break.ts'
import { setNodeWords } from './node-words.ts'

export const locales = { en: 'English', fr: 'Français' } as const
export type Locale = keyof typeof locales

const isLocale = (word: string | null | undefined): word is Locale => word === 'en' || word === 'fr'
const key = 'blackstart.language'

/** What was chosen on this machine, else what the browser asks for. */
export function preferredLocale(): Locale {
  const chosen = localStorage.getItem(key)
  if (isLocale(chosen)) return chosen
  return navigator.languages.map(tag => tag.split('-')[0]).find(isLocale) ?? 'en'
}

export async function activateCatalog(locale: Locale): Promise<void> {
  const { messages } = locale === 'fr' ? await import('../locales/fr.po') : await import('../locales/en.po')
  setNodeWords(locale === 'fr' ? (await import('./said-in-french.ts')).saidInFrench : null)
  i18n.loadAndActivate({ locale, messages: locale === 'fr' ? unbroken(messages) : messages })
  document.documentElement.lang = locale
}

export async function chooseLocale(locale: Locale): Promise<void> {
  localStorage.setItem(key, locale)
  await activateCatalog(locale)
}
