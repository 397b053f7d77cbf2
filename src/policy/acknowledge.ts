import type { Acknowledgement } from './facts.ts'
import { type Finding, type JudgedFinding, type Severity, severities } from './finding.ts'

/** An acknowledgement bears a finding as grave as it was, until its end. */
function isBorne(finding: Finding, by: Acknowledgement, now: Temporal.Instant): boolean {
  if (Temporal.Instant.compare(now, by.until) >= 0) return false
  return rank(finding.severity) >= rank(by.severity)
}

function rank(severity: Severity): number {
  return severities.indexOf(severity)
}

/** The findings, none of them acknowledged yet, in their order, each with the acknowledgement that bears it; of several the newest. */
export function withAcknowledgements(
  findings: readonly JudgedFinding[],
  acknowledgements: readonly Acknowledgement[],
  now: Temporal.Instant,
): readonly JudgedFinding[] {
  if (acknowledgements.length === 0) return findings
  const bySubject = new Map<string, Acknowledgement>()
  for (const one of acknowledgements) {
    const key = `${one.code} ${one.subject}`
    const before = bySubject.get(key)
    if (before === undefined || Temporal.Instant.compare(one.time, before.time) >= 0) bySubject.set(key, one)
  }
  return findings.map(finding => {
    const by = bySubject.get(`${finding.code} ${finding.subject}`)
    if (by === undefined || !isBorne(finding, by, now)) return finding
    const { reason, actor, until } = by
    return { ...finding, acknowledged: { reason, actor, until } }
  })
}
