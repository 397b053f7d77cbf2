/** A message, as far as it can be understood. */
export interface SyslogMessage {
  /** What the message calls its sender; null where it does not, or cannot be told. */
  readonly host: string | null
  /** Everything behind the priority: patterns look here, so that no odd header hides a word from them. */
  readonly text: string
  /** The text without the header, for people. */
  readonly message: string
}

/** Bytes of a message that are looked at: four times what RFC 5424, 6.1, asks receivers for. */
export const longestMessage = 8192

const decoder = new TextDecoder()
const clock = '\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?'
/** RFC 3164, 4.1.2, and what devices make of it: `*Nov  3 10:11:12.123 CET:`, `Nov 3 2026 10:11:12`, RFC 3339. */
const stamp = new RegExp(
  `^[*.]?(?:[A-Z][a-z]{2} {1,2}\\d{1,2} (?:\\d{4} )?${clock}(?: [A-Z]{2,5})?|\\d{4}-\\d\\d-\\d\\d[T ]${clock}(?:Z|[+-]\\d\\d:?\\d\\d)?):? `,
)
const name = '[A-Za-z0-9_](?:[A-Za-z0-9_.:-]{0,253}[A-Za-z0-9_-])?'

/** Reads RFC 5424 and RFC 3164, and is lenient, as devices are. Null where there is nothing to read. Never throws. */
export function parseSyslog(bytes: Uint8Array): SyslogMessage | null {
  const raw = decoder.decode(bytes.subarray(0, longestMessage)).replace(/[\0\r\n]+$/, '')
  const text = raw.replace(/^<\d{1,3}>/, '').trimStart()
  if (text === '') return null
  return modern(text) ?? traditional(text)
}

/** RFC 5424, 6: `1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]`. */
function modern(text: string): SyslogMessage | null {
  const header = /^[1-9]\d{0,2} (?:-|\S{1,64}) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} (?=[-[])/.exec(text)
  if (header === null) return null
  const host = header[1] === '-' ? null : (header[1] ?? null)
  const message = text.slice(header[0].length).replace(/^- ?\uFEFF?/, '')
  // a relay makes the mnemonic of Cisco's messages the program: `%SYS-5-CONFIG_I - - - Configured …`
  const mnemonic = header[2]?.startsWith('%') ? `${header[2]}: ` : ''
  return { host, text, message: mnemonic + (mnemonic === '' ? message : message.trimStart()) }
}

/** RFC 3164, 4.1, with the sequence number and the place of the host name that Cisco's devices have. */
function traditional(text: string): SyslogMessage {
  let rest = text.replace(/^\d{1,12}: /, '')
  let host: string | null = null
  const before = new RegExp(`^(${name}): (?=[*.]?(?:[A-Z][a-z]{2} |\\d{4}-))`).exec(rest)
  if (before !== null) {
    host = before[1] ?? null
    rest = rest.slice(before[0].length)
  }
  const stamped = stamp.exec(rest)
  if (stamped !== null) {
    rest = rest.slice(stamped[0].length).trimStart()
    // a word with a colon behind it is the program already
    const after = host === null ? new RegExp(`^(${name}) (?=\\S)`).exec(rest) : null
    if (after !== null) {
      host = after[1] ?? null
      rest = rest.slice(after[0].length)
    }
  }
  return { host, text, message: rest }
}
