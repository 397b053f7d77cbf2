import type { JudgedFinding, Severity } from '../policy/finding.ts'
import { commonRemedies } from '../policy/way-up.ts'
import { formatMilliseconds } from '../site/duration.ts'
import type { Output } from './output.ts'
import { timeText } from './words.ts'
import { wrap } from './wrap.ts'

const severityStyles = { high: 'red', medium: 'yellow', low: 'dim' } as const satisfies Record<Severity, string>

export function severityText(severity: Severity, out: Output): string {
  return out.style(severityStyles[severity], severity.padEnd(6))
}

/** One entry for each code: who is concerned, and the commonest remedy. Acknowledged ones are only counted. */
export function findingGroups(findings: readonly JudgedFinding[], out: Output): string[] {
  const open = findings.filter(({ acknowledged }) => acknowledged === null)
  const groups = Map.groupBy(open, ({ severity, code }) => `${severity} ${code}`)
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const subjects = [...new Set(group.map(({ subject }) => subject))]
    const named = subjects.slice(0, 3).join(', ')
    const more = subjects.length > 3 ? ` and ${subjects.length - 3} more` : ''
    const head = `  ${severityText(first.severity, out)}  ${first.code}  ${named}${more}`
    return [`${wrap(head, out.width, ' '.repeat(10))}\n${remedyText(groupRemedy(group), out)}`]
  })
}

function groupRemedy(group: readonly JudgedFinding[]): string {
  const [most = '', ...others] = commonRemedies(group)
  const code = group[0]?.code ?? ''
  return others.length === 0 ? most : `${most} Of the others: blackstart findings ${code}`
}

function remedyText(remedy: string, out: Output, indent = ' '.repeat(10)): string {
  return wrap(`${indent}${remedy}`, out.width, indent)
}

/** A finding whole: its facts, what closes it, and who bears it. */
export function findingText(finding: JudgedFinding, timezone: string, out: Output): string {
  const { severity, code, subject, facts, remedy, acknowledged } = finding
  const entries = Object.entries(facts).filter(([, value]) => !isNothing(value))
  const told = entries
    .map(([key, value]) => factText(key, value, timezone))
    // a failure that says itself what to do is told once
    .filter(line => !line.endsWith(`: ${remedy}`))
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

function factText(key: string, value: unknown, timezone: string): string {
  return `${wordsOf(nameOf(key, value))}: ${memberText(key, value, timezone)}`
}

/** What counts seconds is told as a span: without the unit in its name, in the words that site.yaml takes. */
function nameOf(key: string, value: unknown): string {
  return typeof value === 'number' && /.Seconds$/.test(key) ? key.slice(0, -'Seconds'.length) : key
}

function memberText(key: string, value: unknown, timezone: string): string {
  return typeof value === 'number' && /^seconds$|.Seconds$/.test(key)
    ? formatMilliseconds(value * 1000)
    : valueText(value, timezone)
}

/** A fact for people: instants by the clock of the site, lists and mappings in words. */
function valueText(value: unknown, timezone: string): string {
  if (typeof value === 'string') return instantText(value, timezone)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) {
    const parts = value.map(one => valueText(one, timezone))
    return parts.join(parts.some(part => part.includes(' ')) ? '; ' : ', ')
  }
  if (value instanceof Temporal.Instant) return timeText(value, timezone)
  if (value !== null && typeof value === 'object' && !('toJSON' in value)) {
    // the first names what it is
    return Object.entries(value)
      .filter(([, one]) => !isNothing(one))
      .map(([key, one], index) => {
        const name = key === 'seconds' ? '' : wordsOf(nameOf(key, one))
        return `${index === 0 || name === '' ? '' : `${name} `}${memberText(key, one, timezone)}`
      })
      .join(' ')
  }
  return String(value)
}

function instantText(text: string, timezone: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) ? timeText(text, timezone) : text
}
