import net from 'node:net'
import { type Severity, severities } from '../notice.ts'
import { capped, fitted, type SyslogEvent, type SyslogSender, visibleAscii, withoutControls } from './syslog-event.ts'

// ArcSight Common Event Format, version 0, behind the header of RFC 3164, as its own document has it.

/** 0 to 10: 0–3 low, 4–6 medium, 7–8 high, 9–10 very high. */
const gravity: Readonly<Record<Severity, number>> = {
  ...{ emergency: 10, alert: 9, critical: 8, error: 7 },
  ...{ warning: 5, notice: 3, info: 2, debug: 0 },
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A message of at most `size` bytes; where something has to be cut, values lose their ends. */
export function formatCef(event: SyslogEvent, sender: SyslogSender, size: number): Buffer {
  const priority = sender.facility * 8 + severities.indexOf(event.severity)
  const prefix = `<${priority}>${clock(event.time, sender.timezone)} ${visibleAscii(sender.hostname, 100)}`
  return fitted(size, (cap, withDetails) => {
    const title = capped(event.text, Math.min(cap, 512))
    const fields = ['Blackstart', 'Blackstart', sender.version, event.type, title, String(gravity[event.severity])]
    const head = ['CEF:0', ...fields.map(escapeHead)].join('|')
    return Buffer.from(`${prefix} ${head}|${extension(event, cap, withDetails)}`)
  })
}

function extension(event: SyslogEvent, cap: number, withDetails: boolean): string {
  const details = event.details
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ')
  const pairs: (readonly [string, string | null])[] = [
    ['rt', String(Temporal.Instant.from(event.time).epochMilliseconds)],
    ['externalId', event.id],
    ['act', event.type],
    ['suser', event.actor],
    ['src', sourceAddress(event)],
    ['outcome', event.result],
    ...labelled('cs1', 'subject', event.subject),
    ...labelled('cs2', 'details', withDetails && details !== '' ? details : null),
    ...labelled('cn1', 'seq', event.seq === null ? null : String(event.seq)),
    ['msg', event.text],
  ]
  return pairs
    .flatMap(([key, value]) => (value === null ? [] : [`${key}=${escapeValue(capped(value, Math.min(cap, 1023)))}`]))
    .join(' ')
}

/** From where it was done, where that is an address: the key takes nothing else. */
function sourceAddress({ details }: SyslogEvent): string | null {
  const from = details.find(([name]) => name === 'from')?.[1]
  return typeof from === 'string' && net.isIP(from) !== 0 ? from : null
}

function labelled(key: string, label: string, value: string | null): (readonly [string, string | null])[] {
  return [
    [`${key}Label`, value === null ? null : label],
    [key, value],
  ]
}

/** In the head `\` and `|` are escaped, and nothing can stand for the end of a line. */
function escapeHead(text: string): string {
  return withoutControls(text).replace(/[\\|]/g, character => `\\${character}`)
}

/** In the extension `\` and `=` are, so that no value can begin another key. */
function escapeValue(text: string): string {
  return withoutControls(text).replace(/[\\=]/g, character => `\\${character}`)
}

/** The time of RFC 3164, section 4.1.2: by the clock of the site, the day filled up with a space. */
function clock(time: string, timezone: string): string {
  const local = Temporal.Instant.from(time).toZonedDateTimeISO(timezone)
  const day = String(local.day).padStart(2, ' ')
  return `${months[local.month - 1]} ${day} ${local.toPlainTime().toString({ smallestUnit: 'second' })}`
}
