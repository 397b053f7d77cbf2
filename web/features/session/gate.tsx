import { i18n } from '@lingui/core'
import type { ReactNode } from 'react'
import { Name } from '../../components/name.tsx'
import { chooseTheme, useTheme } from '../../shell/theme.ts'
import { chooseLocale, locales } from '../../text/locale.ts'

/** Before anybody is known: one form, the language and the appearance. */
export function Gate({ title, site, children }: { title: string; site?: string; children: ReactNode }) {
  const theme = useTheme()
  const other = i18n.locale === 'fr' ? 'en' : 'fr'
  return (
    <main className="gate">
      <title>{`${title} · Blackstart`}</title>
      <div className="gate-head">
        <img src="/icon.svg" alt="" />
        <div>
          <h1>{title}</h1>
          <p className="soft">{site === undefined || site === '' ? 'Blackstart' : <Name>{site}</Name>}</p>
        </div>
      </div>
      {children}
      <div className="gate-foot">
        <button className="btn quiet small" type="button" lang={other} onClick={() => void chooseLocale(other)}>
          {locales[other]}
        </button>
        <button
          className="btn quiet small"
          type="button"
          onClick={() => chooseTheme(theme === 'dark' ? 'light' : 'dark')}
        >
          {theme === 'dark' ? i18n.t('Light appearance') : i18n.t('Dark appearance')}
        </button>
      </div>
    </main>
  )
}
