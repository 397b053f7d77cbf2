import type { VersionRecord } from '../catalog/catalog.ts'
import { BlackstartError } from '../errors.ts'
import type { JournalEvent } from './journal-event.ts'
import type { SiteRecord } from './record.ts'

/** Declares a version to be the right one. */
export async function approve(
  record: SiteRecord,
  version: VersionRecord,
  note: string | null,
  signal: AbortSignal,
): Promise<void> {
  await record.add([{ type: 'approved', item: version.item, version: version.id, note }], signal)
}

/** Keeps a version for ever, whatever the keep rules say, until it is released. */
export async function hold(
  record: SiteRecord,
  version: VersionRecord,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  await record.add([{ type: 'held', item: version.item, version: version.id, reason }], signal)
}

/** Ends a hold. Throws `not-found` where there is none. */
export async function release(
  record: SiteRecord,
  version: VersionRecord,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const held = (await record.catalog.holds(version.item)).some(one => one.version === version.id)
  if (!held) throw new BlackstartError('not-found', `${version.item}@${version.id} is under no hold.`)
  await record.add([{ type: 'released', item: version.item, version: version.id, reason }], signal)
}

/** Forgets how an asset's devices identified themselves: the next key or certificate that they show is trusted. */
export async function forgetFingerprints(
  record: SiteRecord,
  asset: string,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  await record.add([{ type: 'forgotten', asset, reason }], signal)
}

/** What names a finding: its code, and what it is about. */
export interface FindingName {
  readonly code: string
  readonly subject: string
}

export interface Acknowledging extends FindingName {
  /** How grave the finding is now. */
  readonly severity: Extract<JournalEvent, { type: 'acknowledged' }>['severity']
  readonly reason: string
  readonly until: Temporal.Instant
}

/** Records that somebody knows of findings and bears each until then; none where one is refused. Throws `usage` for a time that is over, or no reason. */
export async function acknowledge(
  record: SiteRecord,
  findings: readonly Acknowledging[],
  signal: AbortSignal,
): Promise<void> {
  const now = record.now().getTime()
  const events = findings.map(({ code, subject, severity, reason, until }): JournalEvent => {
    if (reason.trim() === '') throw new BlackstartError('usage', `${code} of ${subject}: say why it is borne.`)
    if (until.epochMilliseconds <= now) {
      throw new BlackstartError('usage', `${code} of ${subject}: ${until} is over. Say until when it is borne.`)
    }
    // sorts as text
    const end = until.toString({ smallestUnit: 'millisecond' })
    return { type: 'acknowledged', code, subject, severity, reason, until: end }
  })
  await record.add(events, signal)
}

/** Ends an acknowledgement before its time. Throws `not-found` where there is none. */
export async function endAcknowledgement(
  record: SiteRecord,
  { code, subject }: FindingName,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const known = await record.catalog.acknowledgements()
  if (!known.some(one => one.code === code && one.subject === subject)) {
    throw new BlackstartError('not-found', `${code} of ${subject} is not acknowledged.`)
  }
  await record.add([{ type: 'acknowledgement-ended', code, subject, reason }], signal)
}
