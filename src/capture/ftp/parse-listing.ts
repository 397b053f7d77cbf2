/** One line of a folder's listing. What the device does not tell is null. */
export interface ListedEntry {
  readonly name: string
  /** `unknown`: the listing has names only; `special`: neither file, folder nor link. */
  readonly type: 'file' | 'folder' | 'link' | 'special' | 'unknown'
  readonly size: number | null
  /** As listed; compared, never interpreted, for LIST tells neither zone nor seconds. */
  readonly modified: string | null
  /** Nanoseconds since 1970, where the listing says it in UTC (MLSD, RFC 3659). */
  readonly mtime: bigint | null
  readonly mode: number | null
  readonly user: string | null
  readonly group: string | null
  /** Where a link points; null where it is no link, or not told. */
  readonly link: string | null
}

/** The listing cannot be read as a whole; nothing of it may be used, so that no entry is dropped in silence. */
export class UnreadableListing extends Error {
  readonly line: string
  constructor(line: string) {
    super('unreadable listing')
    this.line = line
  }
}

/** The listing ended in the middle of a line. */
export class CutListing extends Error {
  constructor() {
    super('the listing was cut')
  }
}

type LineParser = (line: string) => ListedEntry | 'skip' | null

const LONGEST_LINE = 8192

const nothing = { size: null, modified: null, mtime: null, mode: null, user: null, group: null, link: null } as const

/** RFC 3659, 2.3: `YYYYMMDDHHMMSS[.sss]` in UTC, to nanoseconds since 1970; null when it is no such time. */
export function parseFtpTime(text: string): bigint | null {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?$/.exec(text)
  if (found === null) return null
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null
  const seconds = BigInt(Date.UTC(year, month - 1, day, hour, minute, second)) / 1000n
  return seconds * 1_000_000_000n + BigInt((found[7] ?? '').padEnd(9, '0'))
}

function modeOf(permissions: string): number {
  let mode = 0
  for (const [index, letter] of [...permissions].entries()) {
    if (letter !== '-' && letter !== 'S' && letter !== 'T' && letter !== 'l' && letter !== 'L') mode |= 0o400 >> index
    if (index % 3 === 2 && /[sStT]/.test(letter)) mode |= 0o4000 >> ((index - 2) / 3)
  }
  return mode
}

const unixDate = String.raw`(?:\d{4}-\d\d-\d\d|\p{L}{3,9}\.?\s+\d{1,2}|\d{1,2}\.?\s+\p{L}{3,9}\.?)\s+(?:\d{1,2}:\d\d(?::\d\d)?|\d{4})`
const unixLine = new RegExp(String.raw`^([-bcdlps])([-rwxsStTlL]{9})[+.@]?\s+(.*?)(\d+)\s+(${unixDate})\s(.+)$`, 'u')

/** `drwxr-xr-x 2 user group 4096 Jan 31 12:00 name`, with or without link count, owner and group. */
function parseUnixLine(line: string): ListedEntry | 'skip' | null {
  if (/^total \d+$/.test(line)) return 'skip'
  const found = unixLine.exec(line)
  if (found === null) return null
  const [, kind, permissions = '', middle = '', size, modified = '', rest = ''] = found
  const words = middle.trim().split(/\s+/)
  if (/^\d+$/.test(words[0] ?? '')) words.shift()
  const [user = null, group = null] = words.length === 2 ? words : []
  const arrow = kind === 'l' ? rest.indexOf(' -> ') : -1
  const type = kind === '-' ? 'file' : kind === 'd' ? 'folder' : kind === 'l' ? 'link' : 'special'
  return {
    ...nothing,
    name: arrow < 0 ? rest : rest.slice(0, arrow),
    type,
    size: type === 'file' ? Number(size) : null,
    modified,
    mode: modeOf(permissions),
    user,
    group,
    link: arrow < 0 ? null : rest.slice(arrow + 4),
  }
}

const dosLine = /^(\d\d-\d\d-(?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)\s+(\d\d:\d\d(?:\s?[AP]M)?)\s+(<[A-Z]+>|[\d,]+)\s+(.+)$/i

/** `01-31-26  12:00PM  <DIR>  name`, as IIS and Windows CE answer. */
function parseDosLine(line: string): ListedEntry | null {
  const found = dosLine.exec(line)
  if (found === null) return null
  const [, date, time, kind = '', name = ''] = found
  const modified = `${date} ${time}`
  if (kind.toUpperCase() === '<DIR>') return { ...nothing, name, type: 'folder', modified }
  if (kind.startsWith('<')) return { ...nothing, name, type: 'special', modified }
  return { ...nothing, name, type: 'file', size: Number(kind.replaceAll(',', '')), modified }
}

const vxworksLine = /^\s*(\d+)\s+([A-Z]{3}-\d\d-\d{4}\s+\d\d:\d\d:\d\d)\s+(\S.*?)(\s+<DIR>)?\s*$/i

/** `  1234  Jan-31-2026  12:00:00  NAME  <DIR>` below a heading, as controllers built on VxWorks answer. */
function parseVxworksLine(line: string): ListedEntry | 'skip' | null {
  if (/^\s*size\s+date\s+time\s+name\s*$/i.test(line) || /^[-\s]+$/.test(line)) return 'skip'
  const found = vxworksLine.exec(line)
  if (found === null) return null
  const [, size, modified = '', name = '', folder] = found
  if (folder !== undefined) return { ...nothing, name, type: 'folder', modified }
  return { ...nothing, name, type: 'file', size: Number(size), modified }
}

/** RFC 3659, 7: `fact=value;fact=value; name`. */
function parseMlsdLine(line: string): ListedEntry | 'skip' | null {
  const found = /^((?:[^=;\s]+=[^;]*;)*) (.+)$/.exec(line)
  if (found === null) return null
  const [, packed = '', name = ''] = found
  const facts = new Map<string, string>()
  for (const fact of packed.split(';').filter(text => text !== '')) {
    const cut = fact.indexOf('=')
    facts.set(fact.slice(0, cut).toLowerCase(), fact.slice(cut + 1))
  }
  const kind = facts.get('type')
  if (kind === 'cdir' || kind === 'pdir') return 'skip'
  const size = facts.get('size')
  const mode = facts.get('unix.mode')
  const modified = facts.get('modify') ?? null
  return {
    ...nothing,
    name,
    ...mlsdType(kind),
    size: size !== undefined && /^\d+$/.test(size) ? Number(size) : null,
    modified,
    mtime: modified === null ? null : parseFtpTime(modified),
    mode: mode !== undefined && /^[0-7]{1,6}$/.test(mode) ? Number.parseInt(mode, 8) & 0o7777 : null,
    user: facts.get('unix.ownername') ?? null,
    group: facts.get('unix.groupname') ?? null,
  }
}

function mlsdType(kind: string | undefined): Pick<ListedEntry, 'type' | 'link'> {
  const known = kind?.toLowerCase()
  if (known === undefined) return { type: 'unknown', link: null }
  if (known === 'file') return { type: 'file', link: null }
  if (known === 'dir') return { type: 'folder', link: null }
  if (known.startsWith('os.unix=slink:')) return { type: 'link', link: (kind ?? '').slice('os.unix=slink:'.length) }
  if (known === 'os.unix=symlink' || known === 'os.unix=slink') return { type: 'link', link: null }
  return { type: 'special', link: null }
}

/** The entries, or null when a line does not fit. */
function tryStyle(lines: readonly string[], parse: LineParser): ListedEntry[] | string {
  const entries: ListedEntry[] = []
  for (const line of lines) {
    const entry = line.length > LONGEST_LINE ? null : parse(line)
    if (entry === null) return line
    if (entry !== 'skip' && entry.name !== '.' && entry.name !== '..') entries.push(entry)
  }
  return entries
}

/** Reads the answer to MLSD, LIST or NLST. Throws UnreadableListing when a single line is not understood, CutListing. */
export function parseListing(text: string, command: 'mlsd' | 'list' | 'nlst'): ListedEntry[] {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '')
  if (command === 'nlst') {
    return lines.filter(line => line !== '.' && line !== '..').map(name => ({ ...nothing, name, type: 'unknown' }))
  }
  // RFC 3659, 7.2: every entry ends with CRLF, so a listing that does not was cut
  if (command === 'mlsd' && text !== '' && !text.endsWith('\n')) throw new CutListing()
  const styles: LineParser[] = command === 'mlsd' ? [parseMlsdLine] : [parseUnixLine, parseDosLine, parseVxworksLine]
  let unread = ''
  for (const style of styles) {
    const result = tryStyle(lines, style)
    if (typeof result !== 'string') return result
    unread ||= result
  }
  throw new UnreadableListing(unread)
}
