import { compareNatural } from '../site/natural-order.ts'

export const severities = ['high', 'medium', 'low'] as const
export type Severity = (typeof severities)[number]

/** Stable: scripts and acknowledgements rely on these words. */
export const findingCodes = [
  // captures
  'no-version',
  'version-lost',
  'stale',
  'capture-failed',
  'drifted',
  'changed-unexpectedly',
  'not-approved',
  'asset-without-items',
  // what the plant can bear, and the schedule that follows
  'mtdl-missing',
  'mtd-missing',
  'steps-missing',
  'mtdl-infeasible',
  'interval-breaks-mtdl',
  'mtd-exceeded',
  'rto-exceeded',
  // copies
  'no-copy',
  'copies-missing',
  'no-surviving-copy',
  'lag-missing',
  'verification-due',
  'verification-errors',
  // rehearsals
  'never-drilled',
  'drill-due',
  'drill-failed',
  'never-rehearsed',
  // criticality
  'failure-modes-missing',
  'life-missing',
  'life-exceeded',
  'spare-missing',
  // flows
  'conduit-forbidden',
  'flow-forbidden',
  'flow-without-conduit',
  'connection-unexpected',
  // the node
  'key-beside-data',
  'recovery-kit-on-disk',
  'authority-ends',
] as const
export type FindingCode = (typeof findingCodes)[number]

/**
 * A computed gap, with the facts it rests on and what closes it. Facts are states and instants, never ages, so that a
 * finding changes only when something happens.
 */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** An item, an asset, a process, a place, a conduit, `node/…` (what the node needs besides captures) or the site. */
  readonly subject: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly remedy: string
}

/** A finding as it is shown: with what somebody decided about it. */
export interface JudgedFinding extends Finding {
  /** Who bears it until when, and why; null where nobody does. */
  readonly acknowledged: { readonly reason: string; readonly actor: string; readonly until: Temporal.Instant } | null
}

const order: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 }

/** The gravest first, then by code, then by subject as people count. */
export function compareFindings(a: Finding, b: Finding): number {
  return order[a.severity] - order[b.severity] || compareText(a.code, b.code) || compareNatural(a.subject, b.subject)
}

/** By UTF-16 units, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
