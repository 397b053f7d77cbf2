export type Severity = 'high' | 'medium' | 'low'

/** Stable: scripts and acknowledgements rely on these words. */
export type FindingCode =
  | 'no-version'
  | 'version-lost'
  | 'stale'
  | 'capture-failed'
  | 'drifted'
  | 'not-approved'
  | 'drill-failed'
  | 'never-drilled'
  | 'mtdl-missing'
  | 'mtd-missing'
  | 'asset-without-items'
  | 'single-place'
  | 'key-beside-data'
  | 'recovery-kit-on-disk'

/** A computed gap, with the facts it rests on and what closes it. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** An item, an asset, a process, a place or the site. */
  readonly subject: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly remedy: string
}

const order: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 }

/** The gravest first, then by code and subject. */
export function compareFindings(a: Finding, b: Finding): number {
  return order[a.severity] - order[b.severity] || compare(a.code, b.code) || compare(a.subject, b.subject)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
