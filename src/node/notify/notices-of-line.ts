import type { JournalEvent, JournalLine } from '../../archive/journal-event.ts'
import type { NoticeKind } from '../../site/notify.ts'
import { failureRemedy } from '../views/failure-remedy.ts'
import { journalSentence } from '../views/journal-sentence.ts'
import type { Fact, Severity } from './notice.ts'

/** What is told of an event, before it is known where the subject lies. */
export interface Told {
  readonly kind: NoticeKind
  readonly severity: Severity
  readonly subject: string | null
  readonly title: string
  readonly body: string | null
  readonly facts: Readonly<Record<string, Fact>>
}

/** What is known of an item when the line is told; it says what is news. */
export interface KnownItem {
  /** The version before is there, so that this one is a change. */
  readonly changed: boolean
  /** The difference, redacted and rendered; null where it cannot be made. */
  readonly difference: string | null
  /** It differs from its approved version. */
  readonly drifted: boolean
  /** The capture before failed, too. */
  readonly failing: boolean
}

/** What people are told of a line of the journal; nothing of most lines. */
export function noticesOfLine({ event, actor }: JournalLine, known: KnownItem): readonly Told[] {
  const tell = (kind: NoticeKind, severity: Severity, title: string, more: Partial<Told> = {}): Told => ({
    ...{ kind, severity, title, body: null, facts: { actor } },
    ...{ subject: 'item' in event ? event.item : null, ...more },
  })
  switch (event.type) {
    case 'captured':
      return captured(event, known, tell)
    case 'confirmed':
      return []
    case 'failed': {
      if (known.failing) return []
      const remedy = failureRemedy(event, event.item)
      return [tell('failure', 'error', event.message, { body: remedy, facts: { code: event.code } })]
    }
    case 'interrupted':
      if (event.does === 'capture') return []
      return [
        tell(
          'restore',
          'critical',
          `${event.item}: the node was stopped while it wrote ${event.version ?? 'a version'} to the device.`,
          {
            body: 'Nobody knows what the device holds. It is captured now; look at it before the machine is started.',
          },
        ),
      ]
    case 'restored': {
      if (event.to === 'folder') return [tell('restore', 'info', journalSentence(event))]
      return [tell('restore', event.result === 'done' ? 'notice' : 'critical', journalSentence(event))]
    }
    case 'downloaded':
      return [tell('restore', 'info', journalSentence(event))]
    case 'request':
      if (event.action !== 'broke-glass') return [tell('person', 'notice', journalSentence(event))]
      return [tell('break-glass', 'alert', journalSentence(event), { facts: { actor, reason: event.reason } })]
    case 'verified':
      if (event.errors === 0) return []
      return [tell('integrity', 'critical', journalSentence(event), { subject: event.place })]
    case 'person':
      if (!personActions.has(event.action)) return []
      return [tell('person', event.action === 'locked-out' ? 'warning' : 'notice', journalSentence(event))]
    case 'site-changed':
    case 'secret':
    case 'forgotten':
    case 'administered':
      return [tell('node', 'notice', journalSentence(event))]
    default:
      return []
  }
}

/** What changes who may do what; people who come and go are in the journal. */
const personActions: ReadonlySet<string> = new Set([
  ...['locked-out', 'created', 'changed', 'removed', 'passkey-removed', 'code-removed', 'token-made'],
  ...['directory-changed', 'accounts-put-aside'],
])

type Tell = (kind: NoticeKind, severity: Severity, title: string, more?: Partial<Told>) => Told

function captured(event: Extract<JournalEvent, { type: 'captured' }>, known: KnownItem, tell: Tell): readonly Told[] {
  const { item, version, expected, own = false } = event
  const facts = { version }
  const again = known.failing ? [tell('recovered', 'notice', `${item} is read again.`, { facts })] : []
  if (event.outcome !== 'version' || !known.changed) return again
  const more = { body: known.difference, facts }
  const change =
    expected === false
      ? tell('unexpected-change', 'warning', `${item} was changed outside its change windows.`, more)
      : tell('change', 'notice', `${item} was changed.`, more)
  const drift = tell('drift', 'warning', `${item} differs from its approved version.`, { facts })
  // that it was written is told by itself
  return [...again, ...(own ? [] : [change]), ...(known.drifted ? [drift] : [])]
}
