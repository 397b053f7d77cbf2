import type { JudgedFinding, Severity } from '../policy/finding.ts'
import type { Output } from './output.ts'
import { timeText } from './words.ts'
import { wrap } from './wrap.ts'

const severityStyles = { high: 'red', medium: 'yellow', low: 'dim' } as const satisfies Record<Severity, string>

export function severityText(severity: Severity, out: Output): string {
  return out.style(severityStyles[severity], severity.padEnd(6))
}

/** One entry for each code: who is concerned, and the first remedy. Acknowledged ones are only counted. */
export function findingGroups(findings: readonly JudgedFinding[], out: Output): string[] {
  const open = findings.filter(({ acknowledged }) => acknowledged === null)
  const groups = Map.groupBy(open, ({ severity, code }) => `${severity} ${code}`)
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const subjects = group.slice(0, 3).map(({ subject }) => subject)
    const more = group.length > 3 ? ` and ${group.length - 3} more` : ''
    const head = `  ${severityText(first.severity, out)}  ${first.code}  ${subjects.join(', ')}${more}`
    return [`${head}\n${remedyText(first.remedy, out)}`]
  })
}

export function remedyText(remedy: string, out: Output, indent = ' '.repeat(10)): string {
  return wrap(`${indent}${remedy}`, out.width, indent)
}

/** A finding whole: its facts, what closes it, and who bears it. */
export function findingText(finding: JudgedFinding, timezone: string, out: Output): string {
  const { severity, code, subject, facts, remedy, acknowledged } = finding
  const entries = Object.entries(facts).filter(([, value]) => !isNothing(value))
  const told = entries.map(([key, value]) => `${wordsOf(key)}: ${valueText(value, timezone)}`)
  const indent = ' '.repeat(10)
  return [
    `  ${severityText(severity, out)}  ${out.style('bold', code)}  ${subject}`,
    ...told.map(line => out.style('dim', wrap(`${indent}${line}`, out.width, `${indent}  `))),
    remedyText(remedy, out),
    ...(acknowledged === null
      ? []
      : [
          `${indent}acknowledged until ${timeText(acknowledged.until, timezone)} by ${acknowledged.actor}: ${acknowledged.reason}`,
        ]),
  ].join('\n')
}

function isNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** `lastConfirmed` → `last confirmed`. */
function wordsOf(key: string): string {
  return key.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
}

/** A fact for people: instants by the clock of the site, lists and mappings in words. */
function valueText(value: unknown, timezone: string): string {
  if (typeof value === 'string') return instantText(value, timezone)
  if (Array.isArray(value)) {
    const parts = value.map(one => valueText(one, timezone))
    return parts.join(parts.some(part => part.includes(' ')) ? '; ' : ', ')
  }
  if (value instanceof Temporal.Instant) return timeText(value, timezone)
  if (value !== null && typeof value === 'object' && !('toJSON' in value)) {
    // the first names what it is
    return Object.entries(value)
      .filter(([, one]) => !isNothing(one))
      .map(([key, one], index) => `${index === 0 ? '' : `${wordsOf(key)} `}${valueText(one, timezone)}`)
      .join(' ')
  }
  return String(value)
}

function instantText(text: string, timezone: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) ? timeText(text, timezone) : text
}
