import { i18n } from '@lingui/core'
import { iconError, iconLock, iconSuccess, iconWarning } from '@siemens/ix-icons/icons'
import type { Flow } from '../../../src/api/schema/flow.ts'

/** What a flow is for; another word of the node as it is. */
export function purposeWord(purpose: string): string {
  const words: Readonly<Record<string, string>> = {
    capture: i18n.t('Capture'),
    restore: i18n.t('Restore'),
    replication: i18n.t('Copy to a place'),
    trigger: i18n.t('Tells of changes'),
    pages: i18n.t('Pages'),
    notification: i18n.t('Notification'),
    journal: i18n.t('Journal'),
    'sign-in': i18n.t('Sign-in'),
    conduit: i18n.t('Conduit'),
  }
  return words[purpose] ?? purpose
}

export function judgementLook(judgement: Flow['judgement']) {
  return {
    allowed: { tone: 'ok', icon: iconSuccess, word: i18n.t('Allowed') },
    'listed-exception': { tone: 'warn', icon: iconWarning, word: i18n.t('Listed exception') },
    'closed-by-default': { tone: 'plain', icon: iconLock, word: i18n.t('Closed by default') },
    denied: { tone: 'bad', icon: iconError, word: i18n.t('Denied') },
  }[judgement] as { readonly tone: 'ok' | 'warn' | 'plain' | 'bad'; readonly icon: string; readonly word: string }
}

/** `tcp 21`, `tcp 1024-65535`; a dash where the site file does not say it. */
export function portsText({ transport, ports }: Flow): string {
  if (ports === null) return '–'
  return `${transport ?? ''} ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`.trim()
}
