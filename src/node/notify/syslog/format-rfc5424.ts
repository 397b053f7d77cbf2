import { severities } from '../notice.ts'
import { capped, fitted, type SyslogEvent, type SyslogSender, visibleAscii, withoutControls } from './syslog-event.ts'

/** 32473 is the number that RFC 5612 keeps for examples: we have none of our own. */
const structuredId = 'blackstart@32473'

/** A message of RFC 5424, of at most `size` bytes; where something has to be cut, values and text lose their ends. */
export function formatRfc5424(event: SyslogEvent, sender: SyslogSender, size: number): Buffer {
  const priority = sender.facility * 8 + severities.indexOf(event.severity)
  const host = visibleAscii(sender.hostname, 100)
  const header = `<${priority}>1 ${event.time} ${host} blackstart - ${visibleAscii(event.type, 32)}`
  return fitted(size, (cap, withDetails) => {
    const data = structuredData(parameters(event, withDetails), cap)
    return Buffer.from(`${header} ${data} ${message(capped(event.text, cap))}`)
  })
}

function parameters(event: SyslogEvent, withDetails: boolean): [string, string][] {
  const { id, seq, actor, subject, result, details } = event
  const own: [string, string | number | null][] = [
    ...(
      [
        ['id', id],
        ['seq', seq],
        ['actor', actor],
        ['subject', subject],
        ['result', result],
      ] as const
    ).map(([name, value]): [string, string | number | null] => [name, value]),
  ]
  const all = [...own, ...(withDetails ? details : [])].filter(([, value]) => value !== null)
  const named = new Map<string, string>()
  for (const [name, value] of all) {
    const known = parameterName(name)
    if (!named.has(known)) named.set(known, String(value))
  }
  return [...named]
}

/** Section 6.3.3: visible ASCII but for `=`, `]` and `"`, 32 characters at most. */
function parameterName(name: string): string {
  return visibleAscii(name, 32).replace(/[=\]"]/g, '_')
}

function structuredData(named: readonly (readonly [string, string])[], cap: number): string {
  const written = named.map(([name, value]) => `${name}="${escapeParameter(capped(value, cap))}"`)
  return `[${[structuredId, ...written].join(' ')}]`
}

/** Section 6.3.3: a backslash before `"`, `\` and `]`. */
function escapeParameter(value: string): string {
  return withoutControls(value).replace(/["\\\]]/g, character => `\\${character}`)
}

/** Section 6.4: what is not plain ASCII is UTF-8, and begins with its mark. */
function message(text: string): string {
  const line = withoutControls(text)
  return /^[\x20-\x7e]*$/.test(line) ? line : `\uFEFF${line}`
}
