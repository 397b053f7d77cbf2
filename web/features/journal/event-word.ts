import { i18n } from '@lingui/core'

export const eventTypes = [
  'captured',
  'confirmed',
  'failed',
  'approved',
  'held',
  'released',
  'restored',
  'downloaded',
  'drilled',
  'verified',
  'acknowledged',
  'acknowledgement-ended',
  'trusted',
  'forgotten',
  'connected',
  'secret',
  'administered',
  'site-changed',
  'interrupted',
  'stopped',
  'cut-short',
  'person',
  'request',
] as const

/** What an event of the journal is, in a word or two; unknown ones by their own name. */
export function eventWord(type: string): string {
  const words: Readonly<Record<string, string>> = {
    captured: i18n.t('New version'),
    confirmed: i18n.t('Confirmed'),
    failed: i18n.t('Capture failed'),
    approved: i18n.t('Approved'),
    held: i18n.t('Held'),
    released: i18n.t('Released'),
    restored: i18n.t('Restored'),
    downloaded: i18n.t('Downloaded'),
    drilled: i18n.t('Rehearsed'),
    verified: i18n.t('Verified'),
    acknowledged: i18n.t('Acknowledged'),
    'acknowledgement-ended': i18n.t('Acknowledgement ended'),
    trusted: i18n.t('Device trusted'),
    forgotten: i18n.t('Device forgotten'),
    connected: i18n.t('Connections'),
    secret: i18n.t('Secret changed'),
    administered: i18n.t('Administered'),
    'site-changed': i18n.t('site.yaml changed'),
    interrupted: i18n.t('Interrupted'),
    stopped: i18n.t('Run stopped'),
    'cut-short': i18n.t('Verification or rehearsal stopped'),
    person: i18n.t('People'),
    request: i18n.t('Second person'),
  }
  return words[type] ?? type
}
