// A simulated industrial switch with a Cisco-like command line. Its running configuration lives in a file, so that a test, or
// a technician over SSH, can change it. All of its texts are this project's own.
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { CliDialogue } from './cli-device.ts'

export interface CiscoSwitchOptions {
  /** The running configuration: lines of IOS syntax, without the heading and the `end` that the device adds. */
  readonly running: string
  /** Where `write memory` copies it. */
  readonly startup: string
  /** Null: the login is privileged at once. */
  readonly enablePassword: string | null
  readonly version: string
  readonly model: string
  readonly serial: string
  /** Shown before the first prompt. */
  readonly motd?: string
  /** Lines a page until `terminal length 0`; 24 when left out. */
  readonly pageLines?: number
  /** For the comments that real switches write: when, and by whom, the configuration was changed. */
  readonly now: () => Temporal.Instant
}

type Mode = 'user' | 'password' | 'privileged' | 'configure' | 'section' | 'more' | 'gone'

const invalid = "              ^\n% Invalid input detected at '^' marker.\n\n"
const pager = ' --More-- '
const erased = '\b'.repeat(9) + ' '.repeat(8) + '\b'.repeat(9)
const sections = /^(?:interface|vlan|line|router|ip access-list|class-map|policy-map) /

/** A dialogue for startCliDevice; the sessions share the files. */
export function ciscoSwitch(options: CiscoSwitchOptions): CliDialogue {
  let mode: Mode = options.enablePassword === null ? 'privileged' : 'user'
  let pageLines = options.pageLines ?? 24
  let section = ''
  let more: string[] = []

  const prompt = () => {
    const name = /^hostname (\S+)/m.exec(readFileSync(options.running, 'utf8'))?.[1] ?? 'Switch'
    if (mode === 'password') return 'Password: '
    const ends = { user: '>', privileged: '#', configure: '(config)#', section: '(config-if)#' }
    return name + (mode in ends ? ends[mode as keyof typeof ends] : '')
  }

  /** The next page of what is left, with its pager or the prompt behind it. */
  const page = (): string => {
    const now = pageLines === 0 ? more : more.slice(0, pageLines - 1)
    more = more.slice(now.length)
    return now.join('\r\n') + (more.length > 0 ? `\r\n${pager}` : prompt())
  }

  const show = (text: string): string => {
    more = text.split('\n')
    return page()
  }

  const privileged: Record<string, () => string> = {
    'show running-config': () => show(runningConfig(options)),
    'show startup-config': () => show(readFileSync(options.startup, 'utf8')),
    'write memory': () => {
      copyFileSync(options.running, options.startup)
      return show('Building configuration...\n[OK]\n')
    },
    'configure terminal': () => {
      mode = 'configure'
      return show('Enter configuration commands, one per line.  End with CNTL/Z.\n')
    },
  }

  const command = (line: string): string => {
    const length = /^terminal length (\d+)$/.exec(line)
    if (length !== null) pageLines = Number(length[1])
    if (length !== null || line === '' || /^terminal width \d+$/.test(line)) return prompt()
    if (line === 'show version') return show(versionText(options))
    if (line === 'enable') {
      if (mode === 'user') mode = 'password'
      return prompt()
    }
    const [bare = '', filter = null] = line.split(' | include ')
    const run = mode === 'privileged' ? privileged[bare] : undefined
    if (run === undefined || (filter !== null && bare !== 'show running-config')) return show(invalid)
    return filter === null ? run() : show(included(runningConfig(options), filter))
  }

  const configure = (line: string): string => {
    if (line === 'end' || (line === 'exit' && mode === 'configure')) mode = 'privileged'
    else if (line === 'exit') mode = 'configure'
    else if (sections.test(line)) {
      section = line
      mode = 'section'
      rewrite(options.running, text => withSection(text, section))
    } else if (line !== '') {
      const inside = mode === 'section' ? section : null
      rewrite(options.running, text => withLine(text, inside, line))
    }
    return prompt()
  }

  return {
    greeting: `${options.motd ?? ''}\r\n${prompt()}`.replace(/\r?\n/g, '\r\n'),
    wants: () => (more.length > 0 ? 'key' : 'line'),
    type(input) {
      if (more.length > 0) {
        if (input === 'q') more = ['']
        return erased + page()
      }
      if (mode === 'password') {
        const right = input === options.enablePassword
        mode = right ? 'privileged' : 'user'
        return `\r\n${right ? '' : '% Bad secrets\r\n\r\n'}${prompt()}`
      }
      const line = input.trim()
      const configuring = mode === 'configure' || mode === 'section'
      if (!configuring && (line === 'exit' || line === 'logout')) return null
      return `${input}\r\n${configuring ? configure(line) : command(line)}`
    },
  }
}

function runningConfig({ running, now }: CiscoSwitchOptions): string {
  const body = readFileSync(running, 'utf8').replace(/\n*$/, '\n')
  const changed = iosTime(now())
  return `Building configuration...\n\nCurrent configuration : ${body.length} bytes\n!\n! Last configuration change at ${changed} by engineer\n!\n${body}end\n\n`
}

function included(text: string, pattern: string): string {
  const wanted = new RegExp(pattern)
  return `${text
    .split('\n')
    .filter(line => wanted.test(line))
    .join('\n')}\n`
}

function versionText({ version, model, serial }: CiscoSwitchOptions): string {
  return [
    `Simulated IOS Software, ${model} Software (LAB-UNIVERSAL), Version ${version}, LAB SOFTWARE`,
    '',
    'The switch uptime is 3 weeks, 2 days, 4 hours, 7 minutes',
    '',
    `cisco ${model} (LAB) processor with 131072K bytes of memory.`,
    `Processor board ID ${serial}`,
    `Model number                    : ${model}`,
    `System serial number            : ${serial}`,
    '',
    '',
  ].join('\n')
}

/** Changes the file in one step, so that a reader never sees half of it. */
function rewrite(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8')
  const after = change(before)
  if (after === before) return
  writeFileSync(`${file}.new`, after)
  renameSync(`${file}.new`, file)
}

function withSection(text: string, section: string): string {
  return text.split('\n').includes(section) ? text : `${text.replace(/\n*$/, '\n')}${section}\n!\n`
}

/**
 * Adds a line to the section (null: to the top level), in place of the one that sets the same; `no …` removes what begins so.
 */
function withLine(text: string, section: string | null, line: string): string {
  const lines = text.replace(/\n*$/, '').split('\n')
  const start = section === null ? -1 : lines.indexOf(section)
  const indent = section === null ? '' : ' '
  const belongs = (other: string) => (section === null ? !/^[ !]/.test(other) : other.startsWith(' '))
  let end = start + 1
  while (end < lines.length && (section === null || belongs(lines[end]!))) end += 1
  const wanted = indent + line.replace(/^no /, '')
  const key = wanted.slice(0, Math.max(wanted.lastIndexOf(' '), indent.length + 1))
  const same = (other: string, begin: string) => belongs(other) && (other === begin || other.startsWith(`${begin} `))
  const single = /^ ?(?:description|hostname|name|shutdown|speed|duplex)\b/.exec(wanted)?.[0] ?? key
  const found = lines.findIndex(
    (other, at) => at > start && at < end && same(other, line.startsWith('no ') ? wanted : single),
  )
  if (line.startsWith('no ')) {
    if (found !== -1) lines.splice(found, 1)
  } else if (found !== -1) lines[found] = wanted
  else lines.splice(end, 0, wanted)
  return `${lines.join('\n')}\n`
}

/** As IOS writes it: `10:11:12 UTC Mon Nov 23 2026`. */
function iosTime(time: Temporal.Instant): string {
  const [week = '', day = '', month = '', year = '', clock = ''] = new Date(time.epochMilliseconds)
    .toUTCString()
    .split(/,? /)
  return `${clock} UTC ${week} ${month} ${Number(day)} ${year}`
}
