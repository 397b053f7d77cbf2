import type { JournalEvent } from '../../archive/journal-event.ts'

/** What a line of the journal says, for a person. */
export function journalSentence(event: JournalEvent): string {
  switch (event.type) {
    case 'captured':
      return `${event.item}: captured ${event.version}${event.outcome === 'equivalent' ? ', equivalent to the one before' : ''}.`
    case 'confirmed': {
      const items = Object.keys(event.items)
      return items.length === 1 ? `${items[0]}: read, and identical.` : `${items.length} items: read, and identical.`
    }
    case 'failed':
      return event.message
    case 'approved':
      return `${event.item}@${event.version} approved${event.note === null ? '' : `: ${event.note}`}.`
    case 'held':
      return `${event.item}@${event.version} held: ${event.reason}.`
    case 'released':
      return `${event.item}@${event.version} released: ${event.reason}.`
    case 'trusted':
      return `${event.asset}: ${event.device} identified itself for the first time.`
    case 'forgotten':
      return `${event.asset}: the next key or certificate is trusted: ${event.reason}.`
    case 'drilled':
      return `${event.item}@${event.version}: the drill ${event.passed ? 'passed' : 'failed'}.`
    case 'verified':
      return `${event.place} verified${event.readData ? ', every byte read' : ''}: ${event.errors} errors.`
    case 'acknowledged':
      return `${event.code} of ${event.subject} acknowledged until ${event.until}: ${event.reason}.`
    case 'acknowledgement-ended':
      return `${event.code} of ${event.subject} is acknowledged no more: ${event.reason}.`
    case 'connected':
      return `${event.connections.length} connections were opened that were not recorded within a day.`
    case 'restored':
      return restoredSentence(event)
    case 'downloaded': {
      const what = event.path === null ? 'everything' : event.path
      return `${event.item}@${event.version}: ${what} downloaded${event.as === 'zip' ? ' as zip' : ''}.`
    }
    case 'secret':
      return `Secret ${event.name} ${event.action}.`
    case 'site-changed':
      return 'The site file was changed.'
    case 'interrupted':
      return event.does === 'write'
        ? `${event.item}: the node stopped while it was written to; nobody knows how far that got.`
        : `${event.item}: the node stopped while it was read; nothing was kept.`
    case 'stopped':
      return stoppedSentence(event)
    case 'cut-short':
      return event.what === 'drill'
        ? 'A rehearsal was stopped; what it had rehearsed before stays.'
        : 'A verification was stopped; places that it had read before stay verified.'
    case 'administered':
      return `${administered[event.action]}: ${event.detail}.`
    case 'person':
      return personSentence(event)
    case 'request':
      return requestSentence(event)
  }
}

type Of<Type extends JournalEvent['type']> = Extract<JournalEvent, { type: Type }>

function restoredSentence(event: Of<'restored'>): string {
  const reason = event.reason === undefined ? '' : ` Reason: ${event.reason}.`
  return `${restoredWords(event)}${reason}${event.withoutSafety ? ` ${unsafe}` : ''}`
}

const unsafe = 'It was accepted that what it held before may be lost.'

function restoredWords({ item, version, to, target, result }: Of<'restored'>): string {
  const where = to === 'device' ? `the device ${target}` : target
  if (result === 'done') return `${item}@${version} was restored to ${where}.`
  if (result === 'failed') return `${item}@${version} could not be restored to ${where}.`
  return `${item}@${version} was restored to ${where}, which holds something else now.`
}

function stoppedSentence({ item, does, at, version }: Of<'stopped'>): string {
  if (does === 'write')
    return `${item}: writing ${version ?? 'a version'} to the device was stopped; nothing was written.`
  return at === null
    ? `${item}: a capture that waited was stopped.`
    : `${item}: the capture was stopped; nothing of it was kept.`
}

const administered: Readonly<Record<Of<'administered'>['action'], string>> = {
  initialised: 'The site was made',
  'catalog-rebuilt': 'The catalog was rebuilt',
  'key-added': 'A key was added',
  'authority-renewed': 'The certificate authority was renewed',
}

const done: Readonly<Record<Of<'person'>['action'], string>> = {
  'signed-in': 'signed in',
  'sign-in-refused': 'was refused at the sign-in',
  'locked-out': 'was locked out',
  unlocked: 'was unlocked',
  'signed-out': 'signed out',
  'sessions-ended': 'had sessions ended',
  proven: 'showed again who it is',
  created: 'was made',
  changed: 'was changed',
  removed: 'was removed',
  'password-changed': 'has another password',
  'passkey-added': 'has another passkey',
  'passkey-removed': 'has a passkey less',
  'code-added': 'has an authenticator',
  'code-removed': 'has no authenticator any more',
  'token-made': 'was made as a token',
  'token-removed': 'was removed as a token',
  'directory-changed': 'The directory was changed',
  'accounts-put-aside': 'The accounts were damaged and put aside',
}

function personSentence({ action, name, by, detail, times = 1 }: Of<'person'>): string {
  const what = done[action]
  const who = name === '' ? 'Somebody' : name
  const whole = /^[A-Z]/.test(what) ? what : `${who} ${what}`
  const author = by === '' || by === name ? '' : ` by ${by}`
  return `${whole}${author}${times > 1 ? `, ${times} times` : ''}${detail === '' ? '' : `: ${detail}`}.`
}

function requestSentence({ action, by, item, version, reason, withoutSafety, at }: Of<'request'>): string {
  const what = `${item}@${version}`
  const sentences: Readonly<Record<typeof action, string>> = {
    asked: `${by} asked to write ${what} to its device`,
    approved: `${by} agreed that ${what} is written to its device`,
    refused: `${by} refused that ${what} is written to its device`,
    withdrawn: `${by} asks no more to write ${what} to its device`,
    used: `${by} used the approval: wrote ${what} to its device`,
    'broke-glass': `${by} broke the glass: wrote ${what} to its device without a second person`,
  }
  const terms = withoutSafety ? ', even if what it held before is lost' : ''
  const when = at === undefined ? '' : ` (${at})`
  return `${sentences[action]}${terms}${reason === '' ? '' : `: ${reason}`}${when}.`
}
