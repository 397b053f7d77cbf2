import { openText } from '../../compare/open-text.ts'

export const contentKinds = ['xml', 'json', 'yaml', 'sqlite', 'zip', 'gzip', 'tar', 'text', 'binary', 'empty'] as const
export type ContentKind = (typeof contentKinds)[number]

export interface Recognised {
  readonly kind: ContentKind
  /** What the name promises, where the content begins as something else that could never be it; null otherwise. */
  readonly promised: ContentKind | null
}

/** As many of a file's first bytes as `recognise` wants: enough for a tar header, and to tell text from binary. */
export const headBytes = 4096

const byExtension: Readonly<Record<string, ContentKind>> = {
  ...of('xml', [
    ...['xml', 'xsd', 'xsl', 'xslt', 'svg', 'wsdl', 'aml', 'caex', 'gsdml', 'xdd', 'l5x', 'rdf', 'config', 'resx'],
    ...['tcpou', 'tcgvl', 'tcdut', 'tctto', 'tcio', 'tcvmo', 'tctlo', 'tctrc', 'tsproj', 'tspproj', 'plcproj', 'xti'],
    ...['xef', 'xdb', 'xpg', 'xhw', 'zef', 'project', 'pkg', 'apj', 'hw', 'iom', 'prg', 'sw', 'urp', 'installation'],
  ]),
  ...of('json', ['json']),
  ...of('yaml', ['yaml', 'yml']),
  ...of('sqlite', ['sqlite', 'sqlite3']),
  ...of('zip', ['zip']),
  ...of('gzip', ['gz', 'tgz']),
  ...of('tar', ['tar']),
}

function of(kind: ContentKind, extensions: readonly string[]): Record<string, ContentKind> {
  return Object.fromEntries(extensions.map(extension => [extension, kind]))
}

/** These begin in one way only; the name may promise them, but never makes anything one of them. */
const magics: ReadonlySet<ContentKind> = new Set(['sqlite', 'zip', 'gzip', 'tar'])

/**
 * What a file is, by its first bytes; its name decides only between readings that those allow. So a text that is named
 * `.json` and a binary named `.xml` are taken as what they are.
 */
export function recognise(name: string, head: Uint8Array): Recognised {
  if (head.length === 0) return { kind: 'empty', promised: null }
  const expected = byExtension[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? null
  const magic = byMagic(head)
  if (magic !== null) return { kind: magic, promised: null }
  const text = openText(head)
  if (text === null) return { kind: 'binary', promised: promisedBy(expected, head) }
  const start = text.text.trimStart()
  if (/^<\?xml[ \t\r\n]/.test(start) || (expected === 'xml' && /^<[A-Za-z_:!?]/.test(start)))
    return { kind: 'xml', promised: null }
  if (expected === 'json' && /^[[{]/.test(start)) return { kind: 'json', promised: null }
  if (expected === 'yaml') return { kind: 'yaml', promised: null }
  return { kind: 'text', promised: expected !== null && magics.has(expected) ? expected : null }
}

function promisedBy(expected: ContentKind | null, head: Uint8Array): ContentKind | null {
  if (expected === null) return null
  return magics.has(expected) || head.every(byte => byte === 0) ? expected : null
}

function byMagic(head: Uint8Array): ContentKind | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const begins = (text: string) => bytes.subarray(0, text.length).toString('latin1') === text
  if (begins('SQLite format 3\0')) return 'sqlite'
  // a file header, or the end of an archive that holds nothing
  if (begins('PK\x03\x04') || begins('PK\x05\x06')) return 'zip'
  if (begins('\x1f\x8b\x08')) return 'gzip'
  return bytes.subarray(257, 262).toString('latin1') === 'ustar' ? 'tar' : null
}
