import { i18n } from '@lingui/core'

/** What stands on a level of the Purdue model. */
export function levelWord(level: number): string {
  const words: Readonly<Record<number, string>> = {
    5: i18n.t('Internet'),
    4: i18n.t('Office network'),
    3.5: i18n.t('Industrial DMZ'),
    3: i18n.t('Site operations'),
    2: i18n.t('Supervision'),
    1: i18n.t('Control'),
    0: i18n.t('Process'),
  }
  return words[level] ?? ''
}
