import type { Site } from '../../site/site.ts'
import type { Flow, JudgedFlows } from './flow.ts'

/** The flows as the one JSON document of the command; instants are ISO 8601 in UTC. */
export function flowsDocument(site: Site, { flows, unknown, unplaced, unexpected }: JudgedFlows): unknown {
  return {
    site: site.name,
    node: { zone: site.node.zone },
    flows: flows.map(({ seen, ...flow }) => ({ ...flow, seen: seen?.toString() ?? null })),
    unknown,
    unplaced,
    unexpected: unexpected.map(({ first, last, ...one }) => ({
      ...one,
      first: first.toString(),
      last: last.toString(),
    })),
  }
}

const columns: readonly (readonly [string, (flow: Flow) => string | number | null])[] = [
  ['id', flow => flow.id],
  ['purpose', flow => flow.purpose],
  ['impact', flow => flow.impact],
  ['initiator', flow => flow.initiator.what],
  ['initiator zone', flow => flow.initiator.zone],
  ['initiator level', flow => flow.initiator.level],
  ['target', flow => flow.target.what],
  ['target zone', flow => flow.target.zone],
  ['target level', flow => flow.target.level],
  ['host', flow => flow.target.host],
  ['protocol', flow => flow.protocol],
  ['transport', flow => flow.transport],
  ['first port', flow => flow.ports?.from ?? null],
  ['last port', flow => flow.ports?.to ?? null],
  ['judgement', flow => flow.judgement],
  ['rule', flow => flow.rule],
  ['items', flow => flow.items.join(' ')],
  ['last seen', flow => flow.seen?.toString() ?? null],
  ['remedy', flow => flow.remedy],
  ['initiator hosts', flow => flow.initiator.hosts.join(' ')],
]

/** Comma-separated values (RFC 4180) with a header; empty where something is not known. */
export function flowsCsv({ flows }: JudgedFlows): string {
  const rows = flows.map(flow => columns.map(([, value]) => cell(`${value(flow) ?? ''}`)))
  return [columns.map(([name]) => name), ...rows].map(row => `${row.join(',')}\r\n`).join('')
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
