import path from 'node:path'
import { BlackstartError } from '../../errors.ts'
import { matchesPatterns } from './host-pattern.ts'

/** What a configuration of ssh says of a host; files are paths. */
export interface SshSettings {
  readonly hostName?: string
  readonly user?: string
  readonly port?: number
  /** In the order in which they are to be tried. */
  readonly identities: readonly string[]
  readonly knownHosts: readonly string[]
}

/**
 * Reads the text of `~/.ssh/config` (ssh_config(5)) for a host as a location names it: HostName, User, Port, IdentityFile and
 * UserKnownHostsFile, of which the first value counts, and of identities all. `Include` is not followed; what stands below a `Match`
 * counts for `Match all` only; of tokens there are %%, %d, %h and %n. Throws `usage` for a port that is none.
 */
export function sshSettings(text: string, host: string, home: string): SshSettings {
  const values = valuesFor(text, host)
  const first = (keyword: string) => values.get(keyword)?.[0]?.[0]
  const [user, port] = [first('user'), first('port')]
  const hostName = first('hostname')?.replace(/%[%hn]/g, token => (token === '%%' ? '%' : host))
  const pathOf = (file: string) => expanded(file, { d: home, h: hostName ?? host, n: host })
  const isFile = (word: string) => word !== 'none'
  return {
    ...(hostName === undefined ? {} : { hostName }),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: portOf(port, host) }),
    identities: (values.get('identityfile') ?? [])
      .map(([file = '']) => file)
      .filter(isFile)
      .map(pathOf),
    knownHosts: (values.get('userknownhostsfile')?.[0] ?? []).filter(isFile).map(pathOf),
  }
}

/** By keyword, in small letters, what follows it in each of its lines. */
function valuesFor(text: string, host: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const values = new Map<string, string[][]>()
  let counts = true
  for (const line of text.split(/\r?\n/)) {
    const [, keyword, rest] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? []
    if (keyword === undefined || rest === undefined) continue
    const key = keyword.toLowerCase()
    const words = wordsOf(rest)
    if (key === 'host') counts = matchesPatterns(words, host)
    else if (key === 'match') counts = words.length === 1 && words[0]?.toLowerCase() === 'all'
    else if (counts && words.length > 0) values.set(key, [...(values.get(key) ?? []), words])
  }
  return values
}

/** Up to a comment; words may stand in quotation marks. */
function wordsOf(text: string): string[] {
  const words: string[] = []
  for (const [, quoted, bare] of text.matchAll(/"([^"]*)"|(\S+)/g)) {
    if (bare?.startsWith('#')) break
    words.push(quoted ?? bare ?? '')
  }
  return words
}

function expanded(file: string, tokens: Readonly<Record<string, string>>): string {
  const below = file.startsWith('~/') ? path.join(tokens.d ?? '', file.slice(2)) : file
  return below.replace(/%(.)/g, (token, letter: string) => (letter === '%' ? '%' : (tokens[letter] ?? token)))
}

function portOf(word: string, host: string): number {
  const port = Number(word)
  if (/^\d+$/.test(word) && port > 0 && port < 65_536) return port
  throw new BlackstartError('usage', `The configuration of ssh says Port ${word} for ${host}, which is none.`)
}
