import { type TextLine, textLines } from './text-lines.ts'
import { type VolatileSpan, volatileSpan } from './volatile-span.ts'

/** The families of configuration text whose volatile lines are known. */
export type CliFamily = 'ios' | 'routeros' | 'fortios' | 'hios'

/** By what the connector observed, else by marks in the first bytes that no other format has. */
export function cliFamily(format: string | null, head: string): CliFamily | null {
  if (format !== null) {
    if (/^cisco-i|^cisco-xe|stratix/.test(format)) return 'ios'
    if (/routeros/.test(format)) return 'routeros'
    if (/^forti/.test(format)) return 'fortios'
    if (/hios/.test(format)) return 'hios'
  }
  if (/^# [\w/-]+ \d\d:\d\d:\d\d by RouterOS \d/m.test(head)) return 'routeros'
  if (/^#config-version=FG?\w/m.test(head)) return 'fortios'
  if (/^Current configuration : \d+ bytes\r?$/m.test(head) || /^! Last configuration change at \d/m.test(head))
    return 'ios'
  return null
}

export function volatileInCli(text: string, family: CliFamily): VolatileSpan[] {
  if (family === 'ios') return [...ios(text)]
  if (family === 'routeros') return [...routeros(text)]
  if (family === 'fortios') return [...fortios(text)]
  return [...hios(text)]
}

const wholeLine = (line: TextLine, what: string): VolatileSpan => volatileSpan(line.start, line.next, what)

/** Comments before the first command; the same words further down (a banner, a description) are the engineer's. */
const iosHeader =
  /^(?:!.*|Building configuration\.\.\.|Current configuration : .*|Using \d+ out of .*|[\w.()-]+[#>].*|[ \t]*)$/
const iosComment =
  /^!{1,2} (?:Last configuration change at \d\d:\d\d:\d\d .*|Last configuration change at [A-Z].*|NVRAM config last updated at \d\d:\d\d:\d\d .*|No configuration change since last restart[ \t]*)$/

function* ios(text: string): Generator<VolatileSpan> {
  let header = true
  let banner: string | null = null
  for (const line of textLines(text)) {
    if (banner !== null) {
      if (line.text.includes(banner)) banner = null
      continue
    }
    header &&= iosHeader.test(line.text)
    const opened = /^banner [\w-]+ (\^C|\S)(.*)$/.exec(line.text)
    if (opened !== null) {
      const mark = opened[1] ?? ''
      banner = opened[2]?.includes(mark) ? null : mark
    } else if (header && iosComment.test(line.text)) yield wholeLine(line, 'time of the last change')
    else if (header && /^(?:Current configuration : \d+ bytes|Using \d+ out of \d+ bytes.*)$/.test(line.text))
      yield wholeLine(line, 'size line')
    else if (/^ntp clock-period \d+[ \t]*$/.test(line.text)) yield wholeLine(line, 'ntp clock-period')
  }
}

/** Notes that RouterOS itself puts on a line of its own, about the state of the moment. */
const routerosNote =
  /^# (?:inactive time|Interface not active|Firmware upgraded successfully, please reboot for changes to take effect!|poe-out status: [\w-]+|received packet from [\w.:-]+ bad format|[\w.-]+ not ready|[^"=]+ please restart the device in order to apply the new setting)[ \t]*$/
const routerosHistory =
  /^# (?:Flags: U - UNDOABLE.*|Columns: ACTION, BY, POLICY, TIME[ \t]*|[ \t]*ACTION[ \t]+BY[ \t]+POLICY[ \t]+TIME[ \t]*|[UFR][ \t]+.*[ \t]\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[ \t]*)$/
const routerosDate = /^# ((?:\d{4}-\d\d-\d\d|[a-z]{3}\/\d\d\/\d{4}) \d\d:\d\d:\d\d) by RouterOS /

function* routeros(text: string): Generator<VolatileSpan> {
  let header = true
  let continued = false
  for (const line of textLines(text)) {
    header &&= /^(?:#.*|[ \t]*|\[[^\]]*\].*> .*)$/.test(line.text)
    const date = header ? routerosDate.exec(line.text)?.[1] : undefined
    if (date !== undefined) yield volatileSpan(line.start + 2, line.start + 2 + date.length, 'date of the export')
    else if (header && routerosHistory.test(line.text)) yield wholeLine(line, 'history of changes')
    else if (!continued && routerosNote.test(line.text)) yield wholeLine(line, 'note about the state of the moment')
    continued = line.text.endsWith('\\')
  }
}

function* fortios(text: string): Generator<VolatileSpan> {
  let header = true
  let quoted = false
  let key: number | null = null
  let names = 0
  let namesStart = 0
  for (const line of textLines(text)) {
    const inside = quoted
    quoted = quoteAfter(line.text, quoted)
    if (inside) {
      const end = line.text === '-----END ENCRYPTED PRIVATE KEY-----"'
      if (key !== null && (end || !/^[\w+/=: ,-]*$/.test(line.text))) {
        if (end) yield { start: key, end: line.end - 1, what: 'encrypted private key', secret: true }
        key = null
      }
      continue
    }
    header &&= /^(?:#.*|[ \t]*|[\w.-]+(?: \([\w-]+\))? [#$] .*)$/.test(line.text)
    if (header) yield* fortiosHeader(line)
    if (names > 0) {
      if (/^[ \t]*config /.test(line.text)) names += 1
      else if (/^[ \t]*end[ \t]*$/.test(line.text)) names -= 1
      if (names === 0) yield volatileSpan(namesStart, line.next, 'internet service names, updated by the maker')
      continue
    }
    if (/^[ \t]*config firewall internet-service-name[ \t]*$/.test(line.text)) {
      names = 1
      namesStart = line.start
    }
    const masked = /^[ \t]*set [\w-]+ ENC ([\w+/=-]+)[ \t]*$/.exec(line.text)
    if (masked !== null) {
      const start = line.start + line.text.indexOf(' ENC ') + 5
      yield { start, end: start + (masked[1]?.length ?? 0), what: 'encrypted secret', secret: true }
    }
    const opened = /^[ \t]*set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----$/.test(line.text)
    key = opened ? line.start + line.text.indexOf('"') + 1 : null
  }
}

function* fortiosHeader(line: TextLine): Generator<VolatileSpan> {
  const user = /^#config-version=[\w.:=-]*:user=(.*)$/.exec(line.text)?.[1]
  if (user !== undefined) yield volatileSpan(line.end - user.length, line.end, 'user who reads')
  const counter = /^#conf_file_ver=(\d+)$/.exec(line.text)?.[1]
  if (counter !== undefined) yield volatileSpan(line.end - counter.length, line.end, 'conf_file_ver')
}

/** Whether a string is still open at the end of the line; `\"` does not close one. */
function quoteAfter(text: string, before: boolean): boolean {
  let quoted = before
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') quoted = !quoted
  }
  return quoted
}

const hiosState = /^(System uptime|Operating hours|System date and time(?: \([\w ]+\))?|Current temperature)\.{3,}(.*)$/

function* hios(text: string): Generator<VolatileSpan> {
  for (const line of textLines(text)) {
    const match = hiosState.exec(line.text)
    if (match === null) continue
    yield volatileSpan(line.end - (match[2]?.length ?? 0), line.end, (match[1] ?? '').toLowerCase())
  }
}
